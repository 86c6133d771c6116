// Package people knows who may decide what: persons with roles, the verbs that roles give, tokens that prove who
// somebody is, and the audit of every act.
//
// It promises: whoever is not known, is disabled or has no right token is told the same and learns nothing; an act is
// done only by somebody whose role gives its verb at that moment, and only when it can be written down; nobody changes
// their own roles, and one administrator is always left. It must not know what the acts are: what a verb does is done by
// the function that [People.Act] is given.
package people

import (
	"cmp"
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/store"
)

// Person is somebody who has proved who they are.
type Person struct {
	ID        string
	Name      string
	ManagerID string // the account manager that the person is, "" when none
	Roles     []Role
}

// May reports whether one of the person's roles gives verb v.
func (p Person) May(v Verb) bool {
	return slices.ContainsFunc(p.Roles, func(r Role) bool { return r.Allows(v) })
}

// Signature is how a person stands under what they decided: name and id. Of before there were users there is no name.
func Signature(id, name string) string {
	if name == "" {
		return id
	}
	return name + " (" + id + ")"
}

// People are the users of an installation. Use [New].
type People struct {
	store *store.Store
	now   func() time.Time
}

// New returns the people whom s keeps; now tells the time of the audit's rows.
func New(s *store.Store, now func() time.Time) *People { return &People{store: s, now: now} }

// verbLogin is what the audit calls a refused attempt to prove who one is. It is no right that a role could give.
const verbLogin = "login"

// Authenticate returns the person with that id when the token is theirs. Otherwise, whatever the matter is, the error is
// the same [fault.Refused], and the audit has a row of it. An installation without users says how to add the first.
func (x *People) Authenticate(ctx context.Context, id, token string) (Person, error) {
	all, err := x.store.People(ctx)
	if err != nil {
		return Person{}, err
	}
	if len(all) == 0 {
		return Person{}, fault.New(fault.Refused, "people.none")
	}
	known, why := find(all, id)
	if right := matches(known.TokenSHA256, token); why == "" && !right {
		why = "wrong token"
	}
	if why == "" && !known.DisabledAt.IsZero() {
		why = "disabled"
	}
	if why == "" {
		return personOf(known), nil
	}
	err = x.store.Audit(ctx, store.AuditRow{At: x.now(), PersonID: clean(id), PersonName: known.Name, Verb: verbLogin,
		Outcome: store.Refused, Note: why})
	return Person{}, errors.Join(fault.New(fault.Refused, "people.refused"), err)
}

// find returns the person with that id, or why there is none.
func find(all []store.Person, id string) (store.Person, string) {
	for _, p := range all {
		if strings.EqualFold(p.ID, id) {
			return p, ""
		}
	}
	return store.Person{TokenSHA256: digest("")}, "unknown"
}

// matches compares in a time that tells nothing; a token that is empty never matches.
func matches(sha, token string) bool {
	equal := subtle.ConstantTimeCompare([]byte(sha), []byte(digest(token))) == 1
	return equal && token != ""
}

func digest(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

func personOf(p store.Person) Person {
	q := Person{ID: p.ID, Name: p.Name, ManagerID: p.ManagerID}
	for _, r := range p.Roles {
		q.Roles = append(q.Roles, Role(r))
	}
	return q
}

// Act lets p do what verb v allows, about subject and for a reason, and writes it into the audit. Without the verb, or
// disabled meanwhile, p is refused: a [fault.Refused]. do runs only when the act could be written down as begun; its
// error is returned as it is and stands in the audit. An act whose end cannot be written down stays in the audit as
// begun, and the error says so.
func (x *People) Act(ctx context.Context, p Person, v Verb, subject, reason string, do func() error) error {
	row := store.AuditRow{At: x.now(), PersonID: p.ID, PersonName: p.Name, Verb: string(v), Subject: clean(subject), Reason: clean(reason)}
	if err := x.allowed(ctx, p, v); err != nil {
		if fault.KindOf(err) != fault.Refused {
			return err
		}
		row.Outcome, row.Note = store.Refused, clean(err.Error())
		return errors.Join(err, x.store.Audit(ctx, row))
	}
	begun, err := x.store.BeginAct(ctx, row)
	if err != nil {
		return fault.New(fault.Internal, "people.no_audit", err.Error()).Because(err)
	}
	row.Outcome = store.Done
	failure := do()
	if failure != nil {
		row.Outcome, row.Note = store.Failed, clean(failure.Error())
	}
	// The act is over whatever became of the caller's patience.
	if err := x.store.EndAct(context.WithoutCancel(ctx), begun, row); err != nil {
		return errors.Join(failure, fault.New(fault.Internal, "people.half_audit", begun, err.Error()).Because(err))
	}
	return failure
}

// allowed asks what p may do now, not what p could when the command began.
func (x *People) allowed(ctx context.Context, p Person, v Verb) error {
	all, err := x.store.People(ctx)
	if err != nil {
		return err
	}
	known, why := find(all, p.ID)
	if why != "" || !known.DisabledAt.IsZero() {
		return fault.New(fault.Refused, "people.refused")
	}
	if !personOf(known).May(v) {
		return fault.New(fault.Refused, "people.may_not", p.ID, v, rolesWith(v))
	}
	return nil
}

// rolesWith lists the roles that give v.
func rolesWith(v Verb) string {
	var names []string
	for _, r := range Roles() {
		if r.Allows(v) {
			names = append(names, string(r))
		}
	}
	return cmp.Or(strings.Join(names, ", "), "-")
}

// noteLimit is the number of characters of a text that the audit keeps.
const noteLimit = 500

// clean makes text one line of bounded length: what people type must not forge lines of a listing.
func clean(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "?"))
	if runes := []rune(s); len(runes) > noteLimit {
		s = string(runes[:noteLimit]) + "…"
	}
	return strings.TrimSpace(s)
}
