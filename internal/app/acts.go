package app

import (
	"slices"

	"bangfu/internal/domain/casefile"
	"bangfu/internal/domain/deduction"
	"bangfu/internal/domain/discovery"
	"bangfu/internal/domain/effect"
	"bangfu/internal/domain/fund"
	"bangfu/internal/domain/intake"
	"bangfu/internal/domain/outreach"
	"bangfu/internal/domain/oversight"
	"bangfu/internal/domain/partner"
	"bangfu/internal/domain/payment"
	"bangfu/internal/domain/person"
	"bangfu/internal/domain/plan"
	"bangfu/internal/domain/recognition"
	"bangfu/internal/domain/standard"
	"bangfu/internal/engine/act"
	"bangfu/internal/face/api"
	"bangfu/internal/face/exchange/backup"
	"bangfu/internal/face/exchange/roster"
	"bangfu/internal/face/web/site"
	"bangfu/internal/office/approval"
	"bangfu/internal/office/audit"
	"bangfu/internal/office/auth"
	"bangfu/internal/office/calendar"
	"bangfu/internal/office/notice"
	"bangfu/internal/office/notify"
	"bangfu/internal/office/org"
	"bangfu/internal/office/task"
	"bangfu/internal/programme/giving"
	"bangfu/internal/programme/investment"
	"bangfu/internal/programme/lending"
	"bangfu/internal/programme/mutual"
	"bangfu/internal/programme/paygap"
	"bangfu/internal/programme/service"
)

// Acts lists everything that can be done in the house, in the order of the storeys.
func Acts() []act.Any {
	return slices.Concat(org.Acts(), auth.Acts(), calendar.Acts(), task.Acts(), approval.Acts(), notice.Acts(), notify.Acts(), surveys().Acts(),
		standard.Acts(), person.Acts(), fund.Acts(), deduction.Acts(), casefile.Acts(), recognition.Acts(), intake.Acts(), plan.Acts(), payment.Acts(), outreach.Acts(), effect.Acts(), partner.Acts(), discovery.Acts(), giving.Acts(), lending.Acts(), investment.Acts(), mutual.Acts(), paygap.Acts(), service.Acts(),
		oversight.Acts(), roster.Desk{Hands: hands()}.Acts(), backup.Acts(), api.Acts(), site.Acts(), []act.Any{audit.Look(openers())})
}
