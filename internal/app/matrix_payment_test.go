package app

import (
	"fmt"
	"testing"

	"bangfu/internal/app/world"
	"bangfu/internal/domain/payment"
)

// owed gives a union an institution that may be paid once a second person has checked it.
func (m *matrix) owed(t *testing.T, w *world.World, ids map[string]string) {
	t.Helper()
	p, err := world.Do(t.Context(), w, "jiangqing", payment.AddPayee, payment.PayeeIn{Kind: "hospital", Name: "示例医院", Account: fmt.Sprintf("99%014d", len(m.payees)), Bank: "示例银行"})
	must(t, err)
	ids["payee"] = p.ID
	m.payees = append(m.payees, p.ID)
}
