package site

import (
	"net/http"
	"strconv"
	"time"

	"bangfu/internal/base/fault"
	"bangfu/internal/engine/limit"
)

// rushKey is the fault of somebody who asks too often; its page says how long to wait.
const rushKey = "site.rush"

// What one address may do in a minute without being signed in: a whole plant may stand behind one address, so these are
// many times what people do and few for a program.
const (
	formsOfAddress = 60
	pagesOfAddress = 1200
)

// rush counts the request: of an account when somebody is signed in, of the address otherwise. Fault: Refused "site.rush".
func (q *Req) rush() error {
	var wait time.Duration
	switch {
	case q.SignedIn():
		wait = q.Site.Rush.Wait("user "+q.Who.Union+" "+q.Who.User, limit.Rule{N: q.Site.Pace, Per: time.Minute})
	case q.R.Method == http.MethodPost:
		wait = q.Site.Rush.Wait("form "+q.Address(), limit.Rule{N: formsOfAddress, Per: time.Minute})
	default:
		wait = q.Site.Rush.Wait("page "+q.Address(), limit.Rule{N: pagesOfAddress, Per: time.Minute})
	}
	if wait == 0 {
		return nil
	}
	seconds := int((wait + time.Second - 1) / time.Second)
	q.W.Header().Set("Retry-After", strconv.Itoa(seconds))
	return fault.New(fault.Refused, rushKey, seconds)
}

// Address is where the request came from, for counting only: it is never kept.
func (q *Req) Address() string { return q.Site.Trust.Address(q.R) }
