package survey

import (
	"context"
	"slices"

	"bangfu/internal/base/day"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/auth"
)

// Said is one thing an answer tells.
type Said struct{ Of, Name, Value string }

// Facts gives what answers tell by the declarations of their questions, in the order asked. Money is in yuan as typed.
func Facts(all []Question, a Answers) []Said {
	var out []Said
	for _, q := range all {
		for _, f := range q.Facts {
			for _, v := range q.Shown(a[q.Code]) {
				if f.When != nil {
					v = f.When[v]
				}
				if v != "" {
					out = append(out, Said{f.Of, f.Name, v})
				}
			}
		}
	}
	return out
}

// Statement is one named answer as the screening reads it: what it tells, the causes it names, and whether it asks for a call.
type Statement struct {
	ID       string
	PersonID string
	Day      day.Day
	Facts    []Said
	Causes   []string
	Asks     bool
}

// Statements gives the named answers of a survey that come after one of them, limit at most.
func Statements(ctx context.Context, tx *db.Tx, s Survey, after string, limit int) ([]Statement, error) {
	all, err := s.Questions()
	if err != nil {
		return nil, err
	}
	rows, err := db.All[Response](ctx, tx, `
		select `+responseColumns+` from survey_response where union_id = $1 and survey_id = $2 and state = 'done' and id > $3 order by id limit $4`,
		tx.Union, s.ID, after, limit)
	if err != nil {
		return nil, err
	}
	var out []Statement
	for _, r := range rows {
		a, err := r.open(tx)
		if err != nil {
			return nil, err
		}
		st := Statement{ID: r.ID, PersonID: r.PersonID, Day: r.OnDay, Facts: Facts(all, a)}
		for _, q := range all {
			st.Asks = st.Asks || q.Asks && slices.Contains(a[q.Code], "yes")
			for _, v := range a[q.Code] {
				if c := q.Cause[v]; c != "" {
					st.Causes = append(st.Causes, c)
				}
			}
		}
		out = append(out, st)
	}
	return out, nil
}

// OpenAnswers opens one named answer, for a look: every question with what was said.
func OpenAnswers(ctx context.Context, tx *db.Tx, id string) (text, subject string, err error) {
	r, err := db.One[Response](ctx, tx, `select `+responseColumns+` from survey_response where union_id = $1 and id = $2`, tx.Union, id)
	if err != nil {
		return "", "", err
	}
	if err := auth.Reach(tx, "survey.see", r.UnitPath, r.PersonID); err != nil {
		return "", "", err
	}
	s, err := Get(ctx, tx, r.SurveyID)
	if err != nil {
		return "", "", err
	}
	all, err := s.Questions()
	if err != nil {
		return "", "", err
	}
	a, err := r.open(tx)
	for _, q := range all {
		text += q.Ask.Zh + "：" + q.Words("zh", a[q.Code]) + "\n"
	}
	return text, r.PersonID, err
}
