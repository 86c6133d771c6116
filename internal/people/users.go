package people

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/store"
)

// User is a person as those who keep the users see them.
type User struct {
	Person
	CreatedAt  time.Time
	DisabledAt time.Time // zero while the person may act
	TokenAt    time.Time // when the token was given
}

// List returns all users in order of id, disabled ones too, to somebody who may read them; an installation without users
// has nobody who could be asked.
func (x *People) List(ctx context.Context, by Person) (list []User, err error) {
	all, err := x.store.People(ctx)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	err = x.Act(ctx, by, UserRead, "", "", func() error {
		for _, p := range all {
			list = append(list, User{personOf(p), p.CreatedAt, p.DisabledAt, p.TokenAt})
		}
		return nil
	})
	return list, err
}

// Empty reports whether there is no user yet.
func (x *People) Empty(ctx context.Context) (bool, error) {
	all, err := x.store.People(ctx)
	return len(all) == 0, err
}

// AddFirst adds the first user, who must be an administrator, and returns the token. Nobody decides it: it is refused as
// soon as there is a user.
func (x *People) AddFirst(ctx context.Context, p Person) (token string, err error) {
	row := store.AuditRow{At: x.now(), Verb: string(UserEdit), Subject: clean(p.ID), Reason: described("+", p.Roles), Outcome: store.Done}
	if !slices.Contains(p.Roles, Admin) {
		return "", fault.New(fault.Usage, "people.first_admin")
	}
	begun, err := x.store.BeginAct(ctx, row)
	if err != nil {
		return "", fault.New(fault.Internal, "people.no_audit", err.Error()).Because(err)
	}
	token, failure := x.add(ctx, p, true)
	if failure != nil {
		row.Outcome, row.Note = store.Failed, clean(failure.Error())
	}
	return token, errors.Join(failure, x.store.EndAct(context.WithoutCancel(ctx), begun, row))
}

// Add adds a user and returns their token, which is shown to nobody again.
func (x *People) Add(ctx context.Context, by, p Person) (token string, err error) {
	err = x.Act(ctx, by, UserEdit, p.ID, described("+", p.Roles), func() error {
		token, err = x.add(ctx, p, false)
		return err
	})
	return token, err
}

func (x *People) add(ctx context.Context, p Person, first bool) (token string, err error) {
	p.Name = strings.TrimSpace(p.Name)
	if err := checkPerson(p); err != nil {
		return "", err
	}
	token = newToken()
	err = x.store.EditPerson(ctx, func(all []store.Person) (store.Person, error) {
		if first && len(all) > 0 {
			return store.Person{}, fault.New(fault.Refused, "people.not_first")
		}
		if known, why := find(all, p.ID); why == "" {
			return store.Person{}, fault.New(fault.Usage, "people.taken", known.ID)
		}
		q := store.Person{ID: p.ID, Name: p.Name, CreatedAt: x.now(), TokenSHA256: digest(token), TokenAt: x.now()}
		err := settle(&q, all, p.Roles, p.ManagerID)
		return q, err
	})
	if err != nil {
		return "", err
	}
	return token, nil
}

// RoleChange is what becomes of somebody's roles. ManagerID, when not "", is the account manager that they are.
type RoleChange struct {
	Add, Remove []Role
	ManagerID   string
}

// ChangeRoles gives and takes roles. Nobody changes their own, and the last administrator stays one.
func (x *People) ChangeRoles(ctx context.Context, by Person, id string, c RoleChange) error {
	if len(c.Add)+len(c.Remove) == 0 && c.ManagerID == "" {
		return fault.New(fault.Usage, "people.no_change")
	}
	what := strings.TrimSpace(described("+", c.Add) + " " + described("-", c.Remove))
	return x.edit(ctx, by, UserEdit, id, what, func(p *store.Person, all []store.Person) error {
		if strings.EqualFold(by.ID, id) {
			return fault.New(fault.Refused, "people.own_roles")
		}
		var roles []Role
		for _, r := range personOf(*p).Roles {
			if !slices.Contains(c.Remove, r) && !slices.Contains(c.Add, r) {
				roles = append(roles, r)
			}
		}
		manager := p.ManagerID
		if c.ManagerID != "" {
			manager = c.ManagerID
		}
		if err := checkRoles(c.Remove, ""); err != nil {
			return err
		}
		return settle(p, all, append(roles, c.Add...), manager)
	})
}

// Disable takes from somebody the right to act, at once; the last administrator stays.
func (x *People) Disable(ctx context.Context, by Person, id string) error {
	return x.edit(ctx, by, UserEdit, id, "disable", func(p *store.Person, _ []store.Person) error {
		if !p.DisabledAt.IsZero() {
			return fault.New(fault.Usage, "people.disabled_already", p.ID)
		}
		p.DisabledAt = x.now()
		return nil
	})
}

// Enable gives somebody who was disabled the right to act again, with the token they had.
func (x *People) Enable(ctx context.Context, by Person, id string) error {
	return x.edit(ctx, by, UserEdit, id, "enable", func(p *store.Person, _ []store.Person) error {
		if p.DisabledAt.IsZero() {
			return fault.New(fault.Usage, "people.enabled_already", p.ID)
		}
		p.DisabledAt = time.Time{}
		return nil
	})
}

// RenewToken returns a new token for somebody; the old one no longer counts. Everybody may renew their own.
func (x *People) RenewToken(ctx context.Context, by Person, id string) (token string, err error) {
	verb := UserEdit
	if strings.EqualFold(by.ID, id) {
		verb = UserToken
	}
	fresh := newToken()
	err = x.edit(ctx, by, verb, id, "token", func(p *store.Person, _ []store.Person) error {
		p.TokenSHA256, p.TokenAt = digest(fresh), x.now()
		return nil
	})
	if err != nil {
		return "", err
	}
	return fresh, nil
}

// edit changes one user as an act of by.
func (x *People) edit(ctx context.Context, by Person, v Verb, id, what string, change func(p *store.Person, all []store.Person) error) error {
	return x.Act(ctx, by, v, id, what, func() error {
		return x.store.EditPerson(ctx, func(all []store.Person) (store.Person, error) {
			p, why := find(all, id)
			if why != "" {
				return p, fault.New(fault.Usage, "people.unknown", clean(id))
			}
			if err := change(&p, all); err != nil {
				return p, err
			}
			return p, adminLeft(p, all)
		})
	})
}

// settle gives p its roles and its account manager, when that fits everybody else.
func settle(p *store.Person, all []store.Person, roles []Role, manager string) error {
	if err := checkRoles(roles, manager); err != nil {
		return err
	}
	if len(roles) == 0 {
		return fault.New(fault.Usage, "people.no_role")
	}
	for _, other := range all {
		if manager != "" && other.ManagerID == manager && other.ID != p.ID {
			return fault.New(fault.Usage, "people.manager_taken", manager, other.ID)
		}
	}
	p.ManagerID, p.Roles = manager, nil
	for _, r := range Roles() {
		if slices.Contains(roles, r) {
			p.Roles = append(p.Roles, string(r))
		}
	}
	return nil
}

// adminLeft refuses a change of p after which nobody could keep the users.
func adminLeft(p store.Person, all []store.Person) error {
	isAdmin := func(q store.Person) bool { return q.DisabledAt.IsZero() && slices.Contains(q.Roles, string(Admin)) }
	left := isAdmin(p) || slices.ContainsFunc(all, func(q store.Person) bool { return q.ID != p.ID && isAdmin(q) })
	if !left {
		return fault.New(fault.Refused, "people.last_admin", p.ID)
	}
	return nil
}

// idPattern is what an id looks like: it is typed on command lines and stands in decisions for ever.
var idPattern = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$`)

// nameLimit is the number of characters that a name may have.
const nameLimit = 80

func checkPerson(p Person) error {
	if !idPattern.MatchString(p.ID) {
		return fault.New(fault.Usage, "people.id", clean(p.ID))
	}
	if p.Name == "" || clean(p.Name) != p.Name || utf8.RuneCountInString(p.Name) > nameLimit {
		return fault.New(fault.Usage, "people.name", clean(p.Name), nameLimit)
	}
	return nil
}

// checkRoles refuses roles that do not exist, and an account manager who is none.
func checkRoles(roles []Role, manager string) error {
	for _, r := range roles {
		if !slices.Contains(Roles(), r) {
			return fault.New(fault.Usage, "people.role", clean(string(r)), described("", Roles()))
		}
	}
	if slices.Contains(roles, Manager) && manager == "" {
		return fault.New(fault.Usage, "people.manager_id")
	}
	if clean(manager) != manager {
		return fault.New(fault.Usage, "people.manager_bad", clean(manager))
	}
	return nil
}

// described lists roles, each with a sign before it.
func described(sign string, roles []Role) string {
	list := make([]string, len(roles))
	for i, r := range roles {
		list[i] = sign + clean(string(r))
	}
	return strings.Join(list, " ")
}

// tokenPrefix lets people and scanners see what such a text is.
const tokenPrefix = "kl_"

// newToken makes 256 random bits.
func newToken() string {
	var secret [32]byte
	rand.Read(secret[:]) //nolint:errcheck // it never fails: the program ends instead
	return tokenPrefix + base64.RawURLEncoding.EncodeToString(secret[:])
}
