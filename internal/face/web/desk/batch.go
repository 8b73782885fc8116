package desk

import (
	"context"

	"bangfu/internal/domain/intake"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/web/site"
	"bangfu/internal/office/org"
)

// batchID is the form the boxes of the list belong to.
const batchID = "batch"

// officers are those a case may be given to.
func officers(ctx context.Context, tx *db.Tx) ([]form.Choice, error) {
	seats, err := org.Seats(ctx, tx, org.RoleOfficer, "/"+tx.Union+"/")
	var out []form.Choice
	seen := map[string]bool{}
	for _, h := range seats {
		if !seen[h.UserID] {
			seen[h.UserID] = true
			out = append(out, form.Choice{Value: h.UserID, Label: h.Name})
		}
	}
	return out, err
}

// officer is the name of who has a case.
func (l appList) officer(id string) string {
	for _, c := range l.Officers {
		if c.Value == id {
			return c.Label
		}
	}
	return ""
}

// assign gives the ticked cases to one officer and comes back to the list as it was.
func assign() site.Route {
	return site.Press(apps+"/assign", page.Desk, intake.Assign, func(q *site.Req, _ intake.AssignOut) (string, string) {
		return site.Local(q.R.PostFormValue("back"), apps), "选中的申请已分派，经办人收到了消息。"
	})
}
