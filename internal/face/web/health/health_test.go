package health

import (
	"context"
	"regexp"
	"strings"
	"testing"
	"time"

	"bangfu/internal/base/words"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/exchange/backup"
)

func shown(t *testing.T, lang words.Lang, d data) string {
	t.Helper()
	var b strings.Builder
	in := page.In{Lang: lang, Face: page.Desk, Title: "x", Path: "/desk/health"}
	if err := healthPage(in, d).Render(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// The page reads empty, well and ill, in both languages, and says what to do.
func TestHealthPage(t *testing.T) {
	now := time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)
	run := backup.Run{Kind: backup.Copied, At: now.Add(-50 * time.Hour).UnixMilli(), State: "done", RowSum: 1234, Files: 56}
	bad := backup.Run{Kind: backup.Rehearsed, At: now.UnixMilli(), State: "failed", Fault: "backup.damaged"}
	odd := backup.Run{Kind: backup.Copied, At: now.UnixMilli(), State: "failed", Fault: "fault.internal"}
	plan := backup.Plan{Hour: 2, Keep: 7, OldDays: 2, TestDays: 7}
	for _, tt := range []struct {
		name   string
		data   data
		zh, en []string
	}{
		{"empty", data{Plan: backup.Plan{Hour: -1}, Stand: backup.Standing{Warn: []backup.Warning{{Key: "backup.warn_never"}}}, Now: now},
			[]string{"还没有备份过", "从未", "没有开自动备份", "bangfu backup rehearse"}, []string{"No backup yet", "Never", "No nightly backup is set"}},
		{"well", data{Plan: plan, Stand: backup.Standing{Backup: &run, Last: &run, Rehearsal: &run, Days: 9, TestDays: 9}, Now: now},
			[]string{"2 天前", "1234", "56", "每天 2 点以后自动备份，保留 7 份"}, []string{"2 days ago", "after 2:00"}},
		{"ill", data{Plan: backup.Plan{Every: 15, Keep: 90, TestDays: 7}, Stand: backup.Standing{Backup: &run, Last: &odd, LastTest: &bad, Days: 1, TestDays: 1,
			Warn: []backup.Warning{{Key: "backup.warn_old", Args: []any{2}}, {Key: "backup.warn_test_failed"}}}, Now: now, Dead: 3},
			[]string{"请处理", "备份是 2 天前", "没有成功：备份文件损坏", "请看服务器日志", "每 15 分钟自动备份，保留 90 份"}, []string{"2 days old", "A file of the backup is damaged"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, w := range tt.zh {
				if text := shown(t, words.Zh, tt.data); !strings.Contains(text, w) {
					t.Errorf("the page does not say %q", w)
				}
			}
			text := shown(t, words.En, tt.data)
			for _, w := range tt.en {
				if !strings.Contains(text, w) {
					t.Errorf("the English page does not say %q", w)
				}
			}
			if strings.Contains(text, "backup.") && regexp.MustCompile(`backup\.(state|kind|why|warn)_`).MatchString(text) {
				t.Error("a key stands on the page")
			}
		})
	}
}
