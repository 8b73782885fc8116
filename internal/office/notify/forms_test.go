package notify_test

import (
	"testing"

	"bangfu/internal/engine/act"
	"bangfu/internal/engine/form"
	"bangfu/internal/office/approval"
	"bangfu/internal/office/auth"
	"bangfu/internal/office/calendar"
	"bangfu/internal/office/notice"
	"bangfu/internal/office/notify"
	"bangfu/internal/office/task"
)

// Every act of these packages has a right somebody holds and an input that can be shown as a form.
func TestActs(t *testing.T) {
	rights, err := auth.Rights()
	if err != nil {
		t.Fatal(err)
	}
	for _, acts := range [][]act.Any{calendar.Acts(), task.Acts(), approval.Acts(), notice.Acts(), notify.Acts()} {
		for _, a := range acts {
			name, title, right := a.About()
			if len(rights[right]) == 0 || title == "" {
				t.Errorf("%s: right %q is nobody's, or no title", name, right)
			}
			in, _ := a.Types()
			if len(form.Describe(in)) == 0 {
				t.Errorf("%s: an input without fields", name)
			}
		}
	}
}
