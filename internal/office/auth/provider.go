package auth

import (
	"context"
	"strings"
	"time"

	"bangfu/internal/base/fault"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/oidc"
)

// Provider is the identity provider whose sign-in the union takes. Name is what its button says.
type Provider struct{ Name, Issuer, ClientID string }

// providerID is the one row a union may have.
const providerID = "oidc"

// ProviderOf gives the union's identity provider; false when it has none.
func ProviderOf(ctx context.Context, tx *db.Tx) (Provider, bool, error) {
	return db.Maybe[Provider](ctx, tx, `select name, issuer, client_id from auth_provider where union_id = $1 and id = $2`, tx.Union, providerID)
}

// OpenProvider gives what is needed to ask the union's provider. Fault: Refused "auth.no_provider".
func OpenProvider(ctx context.Context, tx *db.Tx, redirect string) (oidc.Provider, error) {
	p, ok, err := ProviderOf(ctx, tx)
	if err == nil && !ok {
		err = fault.New(fault.Refused, "auth.no_provider")
	}
	if err != nil {
		return oidc.Provider{}, err
	}
	sealed, err := db.Value[[]byte](ctx, tx, `select secret from auth_provider where union_id = $1 and id = $2`, tx.Union, providerID)
	if err != nil {
		return oidc.Provider{}, err
	}
	secret, err := tx.Open("auth_provider.secret", providerID, sealed)
	return oidc.Provider{Issuer: p.Issuer, ClientID: p.ClientID, Secret: secret, Redirect: redirect}, err
}

// ProviderIn is a provider as the administrator types it.
type ProviderIn struct {
	Name     string `form:"name" label:"名称" hint:"登录按钮上写的，例如：集团统一登录" need:"true" max:"30"`
	Issuer   string `form:"issuer" label:"平台地址（issuer）" hint:"以 https:// 开头，照平台给的填写" need:"true" max:"300"`
	ClientID string `form:"client_id" label:"应用编号（client_id）" need:"true" max:"200"`
	Secret   string `form:"secret" label:"应用密钥（client_secret）" hint:"加密保存，不再显示。不改就留空" kind:"secret" max:"300" auto:"off"`
}

// Check holds the address to https.
func (in ProviderIn) Check() error {
	if err := oidc.CheckIssuer(in.Issuer); err != nil {
		return fault.Of(err).At("issuer")
	}
	return nil
}

// SetProvider takes an identity provider, or changes it; an empty secret leaves the one there is. Accounts linked at another
// issuer stay linked there and open nothing here. Fault: Invalid "auth.provider_secret" for a new one without a secret.
var SetProvider = act.Act[ProviderIn, act.None]{Name: "auth.provider", Title: "设置统一登录", Right: "org.setting", Secret: true,
	Do: func(ctx context.Context, tx *db.Tx, in ProviderIn) (act.None, error) {
		tx.About("union", tx.Union, "provider")
		before, ok, err := ProviderOf(ctx, tx)
		if err != nil {
			return act.None{}, err
		}
		if in.Secret == "" && (!ok || before.Issuer != in.Issuer) { // a secret goes to whom it was given by, and nobody else
			return act.None{}, fault.New(fault.Invalid, "auth.provider_secret").At("secret")
		}
		sealed, err := tx.Seal("auth_provider.secret", providerID, in.Secret)
		if err != nil {
			return act.None{}, err
		}
		_, err = tx.Exec(ctx, `
			insert into auth_provider (union_id, id, name, issuer, client_id, secret, changed_at) values ($1, $2, $3, $4, $5, $6, $7)
			on conflict (union_id, id) do update set name = excluded.name, issuer = excluded.issuer, client_id = excluded.client_id,
				secret = case when $8 = '' then auth_provider.secret else excluded.secret end, changed_at = excluded.changed_at`,
			tx.Union, providerID, strings.TrimSpace(in.Name), in.Issuer, in.ClientID, sealed, tx.Ms(), in.Secret)
		return act.None{}, err
	}}

// EndProvider takes no identity provider's sign-in any more; everybody has a password.
var EndProvider = act.Act[act.None, act.None]{Name: "auth.provider_end", Title: "停用统一登录", Right: "org.setting",
	Do: func(ctx context.Context, tx *db.Tx, _ act.None) (act.None, error) {
		tx.About("union", tx.Union, "provider")
		_, err := tx.Exec(ctx, `delete from auth_provider where union_id = $1 and id = $2`, tx.Union, providerID)
		return act.None{}, err
	}}

// SubjectID is what is kept of a person's name at a provider.
func SubjectID(issuer, subject string) string { return hash(issuer + "\x00" + subject) }

// UserOfSubject gives the user whose account a provider's sign-in opens. Fault: Refused "auth.subject": nobody has linked
// it. Accounts are never made by signing in.
func UserOfSubject(ctx context.Context, tx *db.Tx, id string) (string, error) {
	user, ok, err := db.Maybe[string](ctx, tx, `select user_id from auth_subject where union_id = $1 and id = $2`, tx.Union, id)
	if err == nil && !ok {
		err = fault.New(fault.Refused, "auth.subject")
	}
	return user, err
}

// Linked reports whether the actor's account is linked with a sign-in of a provider.
func Linked(ctx context.Context, tx *db.Tx) (bool, error) {
	n, err := db.Value[int64](ctx, tx, `select count(*) from auth_subject where union_id = $1 and user_id = $2`, tx.Union, tx.Actor.User)
	return n > 0, err
}

// SecretLink is the kind of secret that the owner's right password gives: with it the account is linked, once.
const SecretLink = "link"

// linkingTime is how long a right password waits for the provider.
const linkingTime = 10 * time.Minute

// LinkBegin gives the secret with which the actor's account is linked; the password was asked for just before.
var LinkBegin = act.Act[act.None, string]{Name: "auth.link_begin", Title: "开始关联统一登录", Right: "auth.password", Secret: true,
	Do: func(ctx context.Context, tx *db.Tx, _ act.None) (string, error) {
		tx.About("user", tx.Actor.User, "subject")
		return Link(ctx, tx, SecretLink, tx.Actor.User, linkingTime)
	}}

// Linking is the secret of LinkBegin with whom the provider named since.
type Linking struct{ Flow, Subject string }

// LinkSubject links the actor's account with a provider's sign-in; an older link of the account goes. Faults: "auth.link"
// (not the actor's secret, or too late), Conflict "auth.subject_taken" when it opens another account already.
var LinkSubject = act.Act[Linking, act.None]{Name: "auth.link", Title: "关联统一登录", Right: "auth.password", Secret: true,
	Do: func(ctx context.Context, tx *db.Tx, in Linking) (act.None, error) {
		me := tx.Actor.User
		tx.About("user", me, "subject")
		s, err := Use(ctx, tx, SecretLink, in.Flow)
		if err == nil && s.Subject != me {
			err = fault.New(fault.Denied, "auth.link")
		}
		if err != nil {
			return act.None{}, err
		}
		if _, err := tx.Exec(ctx, `delete from auth_subject where union_id = $1 and user_id = $2`, tx.Union, me); err != nil {
			return act.None{}, err
		}
		return act.None{}, tx.Must(ctx, "auth.subject_taken", `
			insert into auth_subject (union_id, id, user_id, made_at) values ($1, $2, $3, $4) on conflict (union_id, id) do nothing`,
			tx.Union, in.Subject, me, tx.Ms())
	}}

// Unlink ends the link of the actor's account; the password opens it as before.
var Unlink = act.Act[act.None, act.None]{Name: "auth.unlink", Title: "取消关联统一登录", Right: "auth.password",
	Do: func(ctx context.Context, tx *db.Tx, _ act.None) (act.None, error) {
		tx.About("user", tx.Actor.User, "subject")
		_, err := tx.Exec(ctx, `delete from auth_subject where union_id = $1 and user_id = $2`, tx.Union, tx.Actor.User)
		return act.None{}, err
	}}
