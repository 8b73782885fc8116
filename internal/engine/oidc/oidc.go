// Package oidc asks an OpenID Connect provider who sits at the browser: authorization code with PKCE, state and nonce,
// endpoints by discovery. It gives the provider's name for the person and knows nothing of accounts.
package oidc

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"slices"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"bangfu/internal/base/fault"
)

// Provider is where to ask, as which client, and where the browser comes back to.
type Provider struct{ Issuer, ClientID, Secret, Redirect string }

// Begin gives the address at the provider to send the browser to. Flow is a secret of this browser and this sign-in: state,
// nonce and PKCE verifier are hashes of it, so that nothing else need be kept. Anew asks the provider to have the person
// sign in again, whoever sat there before. Fault: Refused "oidc.away".
func (p Provider) Begin(ctx context.Context, flow string, anew bool) (string, error) {
	_, c, err := p.discover(careful(ctx))
	if err != nil {
		return "", err
	}
	options := []oauth2.AuthCodeOption{oidc.Nonce(part(flow, "nonce")), oauth2.S256ChallengeOption(part(flow, "verifier"))}
	if anew {
		options = append(options, oauth2.SetAuthURLParam("prompt", "login"))
	}
	return c.AuthCodeURL(part(flow, "state"), options...), nil
}

// Finish hands in what the browser brought back and gives the subject: the provider's name for the person, the same at each
// sign-in. The token must be signed by the provider, for us alone, for this flow, and not be too old. Faults, Refused:
// "oidc.away", "oidc.refused".
func (p Provider) Finish(ctx context.Context, flow string, back url.Values) (string, error) {
	ctx = careful(ctx)
	from := back.Get("iss") // RFC 9207: says who sent the browser, where the provider knows of it
	switch {
	case subtle.ConstantTimeCompare([]byte(back.Get("state")), []byte(part(flow, "state"))) != 1:
		return "", refused(errors.New("the state is of another sign-in"))
	case from != "" && from != p.Issuer:
		return "", refused(errors.New("another issuer answers"))
	case back.Get("code") == "":
		return "", refused(errors.New("there is no code"))
	}
	at, c, err := p.discover(ctx)
	if err != nil {
		return "", err
	}
	given, err := c.Exchange(ctx, back.Get("code"), oauth2.VerifierOption(part(flow, "verifier")))
	var no *oauth2.RetrieveError
	switch {
	case errors.As(err, &no) && no.Response.StatusCode < 500:
		return "", refused(fmt.Errorf("the code is not taken: %q", no.ErrorCode))
	case err != nil:
		return "", away(err)
	}
	raw, _ := given.Extra("id_token").(string)
	token, err := at.VerifierContext(ctx, &oidc.Config{ClientID: p.ClientID}).Verify(ctx, raw)
	switch {
	case err != nil:
		return "", refused(err)
	case token.Nonce != part(flow, "nonce"):
		return "", refused(errors.New("the token is of another sign-in"))
	case len(token.Audience) != 1 || token.Subject == "":
		return "", refused(errors.New("the token is not for us alone, or names nobody"))
	}
	return token.Subject, nil
}

// discover reads the provider's own description.
func (p Provider) discover(ctx context.Context) (*oidc.Provider, oauth2.Config, error) {
	at, err := oidc.NewProvider(ctx, p.Issuer)
	if err != nil {
		return nil, oauth2.Config{}, away(err)
	}
	var more struct {
		Ways []string `json:"token_endpoint_auth_methods_supported"`
	}
	if err := at.Claims(&more); err != nil {
		return nil, oauth2.Config{}, away(err)
	}
	end := at.Endpoint()
	if to, err := url.Parse(end.AuthURL); err != nil || !safe(to) {
		return nil, oauth2.Config{}, away(errPlain)
	}
	end.AuthStyle = oauth2.AuthStyleInHeader
	if slices.Contains(more.Ways, "client_secret_post") && !slices.Contains(more.Ways, "client_secret_basic") {
		end.AuthStyle = oauth2.AuthStyleInParams
	}
	return at, oauth2.Config{ClientID: p.ClientID, ClientSecret: p.Secret, RedirectURL: p.Redirect, Endpoint: end, Scopes: []string{oidc.ScopeOpenID}}, nil
}

// part is one of the values a flow needs: 43 characters, of which none tells another.
func part(flow, what string) string {
	sum := sha256.Sum256([]byte(what + "\x00" + flow))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

func away(why error) error { return fmt.Errorf("%w: %w", fault.New(fault.Refused, "oidc.away"), why) }

func refused(why error) error {
	return fmt.Errorf("%w: %w", fault.New(fault.Refused, "oidc.refused"), why)
}
