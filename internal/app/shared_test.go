package app

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"bangfu/internal/app/world"
	"bangfu/internal/base/fault"
	"bangfu/internal/engine/db"
	"bangfu/internal/face/cli"
	"bangfu/internal/office/auth"
	"bangfu/internal/office/org"
)

// On a phone two workers share, what one filled in when the session ended is offered to that one again and to nobody else.
func TestParkedIsOnesOwn(t *testing.T) {
	h, w := gated(t)
	if _, err := w.Hire(t.Context(), "检修一班", 300000, "王大山"); err != nil {
		t.Fatal(err)
	}
	hash := h.Site.Hash.Hash(words8)
	if err := h.DB.Update(t.Context(), db.System(w.Union), func(ctx context.Context, tx *db.Tx) error {
		return auth.SetPassword(ctx, tx, w.Posts["王大山"], hash)
	}); err != nil {
		t.Fatal(err)
	}
	for _, end := range []func(*browser){
		func(*browser) { h.clock.Move(25 * time.Hour) }, // idle too long
		func(b *browser) { // signed out in another tab
			other := *b
			other.jar = map[string]string{"session": b.jar["session"]}
			other.post("/signout", nil)
		},
	} {
		b := newBrowser(t, h, "192.0.2.7")
		b.signIn(w.Staff["李长江"].StaffNo, words8)
		if at := b.get("/me"); at.Code != http.StatusOK {
			t.Fatalf("the first one is not in: %d", at.Code)
		}
		end(b)
		to := b.post("/me/suggestions/new", url.Values{"topic": {"care"}, "text": {"食堂多一个清淡的菜"}, "_key": {db.Token()}}).Header().Get("Location")
		_, kept, ok := strings.Cut(to, "next=")
		if kept, _ = url.QueryUnescape(kept); !ok || !strings.HasPrefix(kept, "/parked/") {
			t.Fatalf("what was typed is not kept: %s", to)
		}
		b.signIn(w.Staff["王大山"].StaffNo, words8)
		if got := b.get(kept); got.Code != http.StatusNotFound {
			t.Errorf("the other one is offered it: %d", got.Code)
		}
		if got := b.post(kept, nil); got.Code != http.StatusNotFound {
			t.Errorf("the other one posts it: %d", got.Code)
		}
		b.post("/signout", nil)
		b.signIn(w.Staff["李长江"].StaffNo, words8)
		if got := b.get(kept); got.Code != http.StatusOK || !strings.Contains(got.Body.String(), "接着提交") {
			t.Errorf("its own one is not offered it: %d", got.Code)
		}
		b.post("/signout", nil)
	}
}

// The last administrator can be neither retired nor closed; the operator's command brings one back all the same.
func TestLastAdministrator(t *testing.T) {
	h, w := gated(t)
	who := w.Posts["admin"]
	var post string
	err := h.DB.View(t.Context(), db.System(w.Union), func(ctx context.Context, tx *db.Tx) error {
		all, err := org.Posts(ctx, tx)
		for _, p := range all {
			if p.UserID == who {
				post = p.ID
			}
		}
		return err
	})
	if err != nil || post == "" {
		t.Fatalf("no post of the administrator: %v", err)
	}
	if _, err := world.Do(t.Context(), w, "admin", org.EndPost, org.PostID{ID: post}); !fault.Is(err, "org.last_admin") {
		t.Errorf("the last one retires: %v", err)
	}
	if _, err := world.Do(t.Context(), w, "admin", auth.CloseUser, auth.UserRef{UserID: who}); !fault.Is(err, "org.last_admin") {
		t.Errorf("the last one is closed: %v", err)
	}
	if _, err := h.Admin(t.Context(), cli.Admin{Union: w.Union, Login: "second"}); !fault.Is(err, "cli.admin_name") {
		t.Errorf("an account without a name: %v", err)
	}
	path, err := h.Admin(t.Context(), cli.Admin{Union: w.Union, Login: "second", Name: "示例备用"})
	if err != nil {
		t.Fatal(err)
	}
	b := newBrowser(t, h, "192.0.2.8")
	if got := b.get(path); got.Code != http.StatusOK {
		t.Errorf("the way in: %d", got.Code)
	}
	if _, err := world.Do(t.Context(), w, "admin", org.EndPost, org.PostID{ID: post}); err != nil {
		t.Errorf("with a second one the first retires: %v", err)
	}
}
