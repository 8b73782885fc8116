package auth_test

import (
	"context"
	"encoding/base32"
	"strings"
	"testing"
	"time"

	"bangfu/internal/base/fault"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/db/dbtest"
	"bangfu/internal/office/auth"
	"bangfu/internal/office/org"
	"bangfu/internal/office/task/tasktest"
)

// Codes are those of RFC 6238, appendix B (SHA-1, eight digits), and of RFC 4226, appendix D (six digits).
func TestVectors(t *testing.T) {
	secret := []byte("12345678901234567890")
	for at, want := range map[int64]string{59: "94287082", 1111111109: "07081804", 1111111111: "14050471",
		1234567890: "89005924", 2000000000: "69279037", 20000000000: "65353130"} {
		if got := auth.Digits(secret, at/30, 8); got != want {
			t.Errorf("at %d the code is %s, want %s", at, got, want)
		}
	}
	for n, want := range []string{"755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"} {
		if got := auth.Digits(secret, int64(n), 6); got != want {
			t.Errorf("code %d is %s, want %s", n, got, want)
		}
	}
}

func TestStrong(t *testing.T) {
	worker := auth.Owner{Known: []string{"G00123", "13900000000", "王敏", "临江机电有限公司工会委员会", "临江机电"}}
	post := worker
	post.Post = true
	for _, c := range []struct {
		password string
		owner    auth.Owner
		key      string
	}{
		{"short", worker, "auth.short"},
		{"葡萄架下喝早茶", worker, "auth.short"},
		{"梧桐树下等末班车", worker, ""},
		{"梧桐树下等末班车", post, ""},
		{"kite7bolt", worker, ""},
		{"kite7bolt", post, "auth.short"},
		{"kite7bolt9grass", post, ""},
		{strings.Repeat("梧桐树下 kite 等末班车", 5), post, ""},
		{strings.Repeat("kite7bolt9grass!", 9), post, "auth.long"},
		{"password1", worker, "auth.weak"},
		{"P@ssw0rd2026!", post, "auth.weak"},
		{"woaini1314", worker, "auth.weak"},
		{"nihao123456", worker, "auth.weak"},
		{"aaaaaaaaaaaa", post, "auth.weak"},
		{"12341234", worker, "auth.weak"},
		{"abcabcabcabc", post, "auth.weak"},
		{"qwertyuiop12", post, "auth.weak"},
		{"1qaz2wsx3edc", post, "auth.weak"},
		{"1qaz@WSX", worker, "auth.weak"},
		{"19850307", worker, "auth.weak"},
		{"1985-03-07x", worker, "auth.weak"},
		{"g00123g00123", post, "auth.weak"},
		{"G00123abc", worker, "auth.weak"},
		{"13900000000", worker, "auth.weak"},
		{"00000000ab", worker, "auth.weak"},
		{"临江机电2026", worker, "auth.weak"},
		{"王敏王敏王敏王敏", post, "auth.weak"},
		{"gonghui@2026", post, "auth.weak"},
		{"bangfu888888", post, "auth.weak"},
		{"83619472", worker, "auth.weak"},
	} {
		err := auth.Strong(c.password, c.owner)
		if key := keyOf(err); key != c.key {
			t.Errorf("%q (post %v): %q, want %q", c.password, c.owner.Post, key, c.key)
		}
	}
}

func keyOf(err error) string {
	if err == nil {
		return ""
	}
	return fault.Of(err).Key
}

func FuzzStrong(f *testing.F) {
	for _, s := range []string{"", "password1", "1qaz2wsx", "梧桐树下等末班车", "\xff\xfe12345678", "19850307", strings.Repeat("a", 200)} {
		f.Add(s, "G00123")
	}
	f.Fuzz(func(t *testing.T, password, known string) {
		err := auth.Strong(password, auth.Owner{Known: []string{known}})
		if n := len([]rune(password)); err == nil && (n < 8 || n > 128) {
			t.Errorf("%d characters pass", n)
		}
	})
}

// town is a union on a clock that can be moved.
type town struct {
	*tasktest.House
	clock *dbtest.Clock
}

func clocked(t *testing.T, f func(town)) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) { f(town{tasktest.New(t, d), c}) })
}

func (h town) pass(d time.Duration) { h.clock.Add(d) }

func (h town) take(tr auth.Try) (wait time.Duration) {
	h.T.Helper()
	err := h.DB.Update(h.T.Context(), db.System(auth.InstallUnion), func(ctx context.Context, tx *db.Tx) (err error) {
		wait, err = auth.Take(ctx, tx, tr)
		return err
	})
	if err != nil {
		h.T.Fatal(err)
	}
	return wait
}

// Five wrong tries from a place make it wait, a minute first and fifteen at most, for names that exist and names that do
// not alike; the owner's own browser is not touched by it, nor another address; and a day later all is forgotten.
func TestLockOutHurtsNobodyElse(t *testing.T) {
	clocked(t, func(h town) {
		for _, name := range []string{"chair", "nobody-of-that-name"} {
			bad := auth.Try{Name: name, Address: "203.0.113.9"}
			for i := range 5 {
				if w := h.take(bad); w != 0 {
					h.T.Fatalf("try %d of %s waits %v", i+1, name, w)
				}
			}
			for _, want := range []time.Duration{1, 2, 4, 8, 15, 15, 15} {
				if w := h.take(bad); w <= (want-1)*time.Minute || w > want*time.Minute {
					h.T.Errorf("%s waits %v, want %d minutes", name, w, want)
				}
				if w := h.take(auth.Try{Name: name, Address: "198.51.100.1", Device: "own-" + want.String()}); w != 0 {
					h.T.Errorf("%s waits %v in the browser used before", name, w)
				}
				h.pass(want * time.Minute)
				if w := h.take(bad); w != 0 {
					h.T.Errorf("%s waits %v after the wait", name, w)
				}
			}
			if w := h.take(auth.Try{Name: name, Address: "198.51.100.7"}); w != 0 {
				h.T.Errorf("%s waits %v at another address", name, w)
			}
			h.pass(25 * time.Hour)
			for i := range 5 {
				if w := h.take(bad); w != 0 {
					h.T.Errorf("a day later try %d of %s waits %v", i+1, name, w)
				}
			}
		}
	})
}

// Guessing from ever new addresses is slowed to one try in half a minute; a browser used before is not.
func TestManyAddresses(t *testing.T) {
	clocked(t, func(h town) {
		waits := 0
		for i := range 120 {
			if h.take(auth.Try{Name: "chair", Address: "10.0.0." + string(rune('A'+i))}) > 0 {
				waits++
			}
		}
		if waits < 19 {
			h.T.Errorf("only %d of 120 tries had to wait", waits)
		}
		if w := h.take(auth.Try{Name: "chair", Address: "fresh"}); w > 30*time.Second {
			h.T.Errorf("an unknown place waits %v", w)
		}
		if w := h.take(auth.Try{Name: "chair", Address: "fresh", Device: "own"}); w != 0 {
			h.T.Errorf("the own browser waits %v", w)
		}
	})
}

func do[In, Out any](h town, who db.Actor, a act.Act[In, Out], in In) (Out, error) {
	host := *h.Host
	host.Fresh = auth.Fresh
	return a.Run(h.T.Context(), &host, act.Call{Actor: who}, in)
}

func (h town) enter(login string, in auth.Opening) (auth.Entered, db.Actor) {
	h.T.Helper()
	in.UserID = h.Users[login]
	if in.Second != "" {
		in.UserID = ""
	}
	made, err := do(h, db.Actor{Union: tasktest.Union, User: "public", Via: "web"}, auth.SignIn, in)
	if err != nil {
		h.T.Fatal(err)
	}
	if made.Token == "" {
		return made, db.Actor{}
	}
	return made, h.who(made.Token)
}

func (h town) who(token string) db.Actor {
	h.T.Helper()
	a, err := auth.Who(h.T.Context(), h.DB, token)
	if err != nil {
		h.T.Fatal(err)
	}
	return a
}

func (h town) fresh(a db.Actor, right string) string {
	h.T.Helper()
	return keyOf(h.DB.View(h.T.Context(), a, func(ctx context.Context, tx *db.Tx) error { return auth.Fresh(ctx, tx, right) }))
}

// code gives the code that the app of a user shows now.
func (h town) code(a db.Actor, secret string) string {
	h.T.Helper()
	raw, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(secret)
	if err != nil {
		h.T.Fatal(err)
	}
	return auth.Digits(raw, h.DB.Now().Unix()/30, 6)
}

// The whole life of codes: wanted, set up, asked for at sign-in and before an approval, never twice, recovered, reset.
func TestCodes(t *testing.T) {
	clocked(t, func(h town) {
		made, chair := h.enter("chair", auth.Opening{From: auth.Browser{Secret: "a"}})
		if key := h.fresh(chair, "plan.decide"); key != "auth.enrol" || made.Second != "" {
			h.T.Fatalf("without codes the chair gets %q", key)
		}
		if key := h.fresh(chair, "plan.see"); key != "" {
			h.T.Errorf("reading asks for %q", key)
		}
		if _, err := do(h, chair, auth.CodeBegin, act.None{}); err != nil {
			h.T.Fatal(err)
		}
		var e auth.Enrolment
		h.as(chair, func(ctx context.Context, tx *db.Tx) (err error) {
			e, _, err = auth.Shown(ctx, tx)
			return err
		})
		if !strings.HasPrefix(e.URI, "otpauth://totp/") || !strings.Contains(e.URI, e.Secret) || len(e.Secret) != 32 {
			h.T.Errorf("the app is told %q", e.URI)
		}
		first := h.code(chair, e.Secret)
		ok, err := do(h, chair, auth.CodeConfirm, auth.CodeText{Code: first})
		if err != nil || !ok.Right || len(ok.Recoveries) != 10 {
			h.T.Fatalf("confirming gives %+v, %v", ok, err)
		}
		chair = h.who(made.Token)
		if key := h.fresh(chair, "plan.decide"); key != "" {
			h.T.Errorf("right after the code: %q", key)
		}
		h.pass(11 * time.Minute)
		if key := h.fresh(chair, "plan.decide"); key != "auth.fresh" {
			h.T.Errorf("eleven minutes later: %q", key)
		}
		now := h.code(chair, e.Secret)
		for i, want := range []bool{true, false} {
			if got, err := do(h, chair, auth.CodeProve, auth.CodeText{Code: now}); err != nil || got.Right != want {
				h.T.Errorf("use %d of a code: %+v, %v", i+1, got, err)
			}
		}
		if key := h.fresh(h.who(made.Token), "plan.decide"); key != "" {
			h.T.Errorf("after the code: %q", key)
		}
		h.codesAtSignIn(e, ok.Recoveries)
	})
}

func (h town) as(a db.Actor, f func(context.Context, *db.Tx) error) {
	h.T.Helper()
	if err := h.DB.Update(h.T.Context(), a, f); err != nil {
		h.T.Fatal(err)
	}
}

func (h town) codesAtSignIn(e auth.Enrolment, spare []string) {
	h.T.Helper()
	h.pass(time.Minute)
	half, _ := h.enter("chair", auth.Opening{})
	if half.Token != "" || half.Second == "" {
		h.T.Fatalf("the password alone gives %+v", half)
	}
	if bad, _ := h.enter("chair", auth.Opening{Second: half.Second, Code: "000000"}); bad.Token != "" {
		h.T.Error("a wrong code signs in")
	}
	if in, a := h.enter("chair", auth.Opening{Second: half.Second, Code: h.code(db.Actor{}, e.Secret)}); in.Token == "" || a.Proven == 0 {
		h.T.Error("the right code does not sign in")
	}
	if _, err := do(h, db.Actor{Union: tasktest.Union, User: "public"}, auth.SignIn, auth.Opening{Second: half.Second, Code: spare[0]}); keyOf(err) != "auth.link" {
		h.T.Errorf("what asks for the code works twice: %v", err)
	}
	for i, want := range []bool{true, false} {
		half, _ := h.enter("chair", auth.Opening{})
		if in, _ := h.enter("chair", auth.Opening{Second: half.Second, Code: spare[1]}); (in.Token != "") != want {
			h.T.Errorf("use %d of a recovery code signs in: %v", i+1, in.Token != "")
		}
	}
	half, _ = h.enter("chair", auth.Opening{})
	var err error
	for range 8 {
		_, err = do(h, db.Actor{Union: tasktest.Union, User: "public"}, auth.SignIn, auth.Opening{Second: half.Second, Code: "123456"})
	}
	if keyOf(err) != "auth.wait_code" {
		h.T.Errorf("eight wrong codes and then %v", err)
	}
	admin := h.Actor("admin")
	if _, err := do(h, admin, auth.CodeReset, auth.UserRef{UserID: h.Users["chair"]}); err != nil {
		h.T.Fatal(err)
	}
	if again, a := h.enter("chair", auth.Opening{}); again.Token == "" || h.fresh(a, "payment.sign") != "auth.enrol" {
		h.T.Error("after the reset the password alone does not lead to setting codes up")
	}
}

// A program may not approve; a worker is asked for nothing; in the demonstration nobody is.
func TestWhoIsAsked(t *testing.T) {
	clocked(t, func(h town) {
		_, worker := h.enter("worker", auth.Opening{})
		_, chair := h.enter("chair", auth.Opening{})
		program := h.Actor("chair")
		program.Via, program.Session = "api", ""
		if key := h.fresh(program, "plan.decide"); key != "auth.by_person" {
			h.T.Errorf("a program gets %q", key)
		}
		if key := h.fresh(worker, "payment.confirm"); key != "" {
			h.T.Errorf("a worker gets %q", key)
		}
		h.Do("system", func(ctx context.Context, tx *db.Tx) error { return org.SetState(ctx, tx, "demo") })
		if key := h.fresh(chair, "plan.decide"); key != "" {
			h.T.Errorf("in the demonstration the chair gets %q", key)
		}
	})
}

// Sessions end by lying idle and by age, sooner at a desk; all others end at a press; the administrator ends them all; a
// new sign-in never takes over what the browser carried.
func TestSessionsEnd(t *testing.T) {
	clocked(t, func(h town) {
		for _, c := range []struct {
			login      string
			idle, life time.Duration
		}{{"worker", 2 * time.Hour, 12 * time.Hour}, {"officer", time.Hour, 10 * time.Hour}} {
			made, _ := h.enter(c.login, auth.Opening{})
			h.pass(c.idle - time.Minute)
			h.who(made.Token)
			h.pass(c.idle - time.Minute)
			h.who(made.Token)
			h.pass(c.idle + time.Minute)
			if _, err := auth.Who(h.T.Context(), h.DB, made.Token); keyOf(err) != "auth.session" {
				h.T.Errorf("%s: idle, and %v", c.login, err)
			}
			made, _ = h.enter(c.login, auth.Opening{})
			for range int(c.life / (30 * time.Minute)) {
				h.who(made.Token)
				h.pass(30 * time.Minute)
			}
			h.pass(time.Second)
			if _, err := auth.Who(h.T.Context(), h.DB, made.Token); keyOf(err) != "auth.session" {
				h.T.Errorf("%s: too old, and %v", c.login, err)
			}
		}
		first, _ := h.enter("worker", auth.Opening{From: auth.Browser{Secret: "a", Name: "Chrome · Windows"}})
		second, me := h.enter("worker", auth.Opening{From: auth.Browser{Secret: "b", Name: "Safari · iPhone"}})
		if first.Odd || !second.Odd || first.Token == second.Token {
			h.T.Errorf("odd %v, %v; the same token: %v", first.Odd, second.Odd, first.Token == second.Token)
		}
		h.pass(time.Second)
		if again, _ := h.enter("worker", auth.Opening{From: auth.Browser{Secret: "a"}}); again.Odd {
			h.T.Error("a browser seen before is odd")
		}
		if _, err := do(h, me, auth.EndOthers, act.None{}); err != nil {
			h.T.Fatal(err)
		}
		if _, err := auth.Who(h.T.Context(), h.DB, first.Token); keyOf(err) != "auth.session" {
			h.T.Errorf("the other session lives: %v", err)
		}
		h.who(second.Token)
		if _, err := do(h, h.Actor("admin"), auth.EndUser, auth.UserRef{UserID: h.Users["worker"]}); err != nil {
			h.T.Fatal(err)
		}
		if _, err := auth.Who(h.T.Context(), h.DB, second.Token); keyOf(err) != "auth.session" {
			h.T.Errorf("the administrator ended it, and it lives: %v", err)
		}
		third, _ := h.enter("worker", auth.Opening{})
		if _, err := do(h, h.Actor("admin"), auth.CloseUser, auth.UserRef{UserID: h.Users["worker"]}); err != nil {
			h.T.Fatal(err)
		}
		if _, err := auth.Who(h.T.Context(), h.DB, third.Token); keyOf(err) != "auth.session" {
			h.T.Errorf("the account is closed, and its session lives: %v", err)
		}
	})
}

// A post that ends is gone at the next request, and one that begins is there.
func TestRightsFollowAtOnce(t *testing.T) {
	clocked(t, func(h town) {
		made, a := h.enter("worker", auth.Opening{})
		if !auth.Scope(a, "audit.read").None() {
			h.T.Fatal("a worker reads the audit")
		}
		h.Do("system", func(ctx context.Context, tx *db.Tx) error {
			return org.Appoint(ctx, tx, h.Users["worker"], org.RoleAuditor, tasktest.Union)
		})
		if auth.Scope(h.who(made.Token), "audit.read").None() {
			h.T.Error("the new post is not there")
		}
		h.Do("system", func(ctx context.Context, tx *db.Tx) error {
			posts, err := org.Posts(ctx, tx)
			for _, p := range posts {
				if p.UserID == h.Users["worker"] {
					return org.Retire(ctx, tx, p.ID)
				}
			}
			return err
		})
		if !auth.Scope(h.who(made.Token), "audit.read").None() {
			h.T.Error("the ended post still works")
		}
	})
}

// A link sets a password of the owner's own, once; in a live union it never signs in by itself; it ends all sessions.
func TestReset(t *testing.T) {
	clocked(t, func(h town) {
		old, _ := h.enter("officer", auth.Opening{})
		made, err := do(h, h.Actor("admin"), auth.Invite, auth.UserRef{UserID: h.Users["officer"]})
		if err != nil {
			h.T.Fatal(err)
		}
		public := db.Actor{Union: tasktest.Union, User: "public", Via: "web"}
		if _, err := do(h, public, auth.SignIn, auth.Opening{Link: made.Link}); keyOf(err) != "auth.link" {
			h.T.Errorf("whoever made the link comes in without a password: %v", err)
		}
		hash := auth.NewHasher().Hash("梧桐树下等末班车")
		in, err := do(h, public, auth.Reset, auth.Resetting{Link: made.Link, Hash: hash})
		if err != nil || in.Token == "" {
			h.T.Fatalf("the link: %+v, %v", in, err)
		}
		if _, err := auth.Who(h.T.Context(), h.DB, old.Token); keyOf(err) != "auth.session" {
			h.T.Errorf("the session from before lives: %v", err)
		}
		if _, err := do(h, public, auth.Reset, auth.Resetting{Link: made.Link, Hash: hash}); keyOf(err) != "auth.link" {
			h.T.Errorf("the link works twice: %v", err)
		}
	})
}

// No act lets an administrator choose another's password, and none shows one.
func TestAcceptsNoPasswordForOthers(t *testing.T) {
	for _, a := range auth.Acts() {
		in, _ := a.Types()
		name, _, right := a.About()
		if right != "org.appoint" {
			continue
		}
		for i := range in.NumField() {
			if f := strings.ToLower(in.Field(i).Name); strings.Contains(f, "password") || strings.Contains(f, "hash") || strings.Contains(f, "secret") {
				t.Errorf("%s takes %s", name, f)
			}
		}
	}
}
