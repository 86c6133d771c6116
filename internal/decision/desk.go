package decision

import (
	"context"
	"strings"
	"sync"
	"time"

	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/journal"
	"github.com/kamlens/kamlens/internal/people"
)

// Desk is where decisions are made. Use [NewDesk]. Many are made at one desk: it reads the journal again only when somebody
// else has written to it.
type Desk struct {
	config config.Config
	file   journal.File
	people *people.People
	now    func() time.Time
	seen   *seen
}

// seen are the decisions that a desk knows.
type seen struct {
	sync.Mutex
	History
}

// NewDesk returns the desk of an installation and its people; now tells the time of the decisions.
func NewDesk(c config.Config, p *people.People, now func() time.Time) Desk {
	return Desk{config: c, file: Journal(c), people: p, now: now, seen: &seen{}}
}

// Decide makes a decision: p's, of a kind, about a subject, for a reason. What is wrong with the words is a [fault.Usage];
// what the rights of p or the decisions there are stand against is a [fault.Refused]. An answer that names no decision
// under answers is to the only one about the subject that waits for it.
func (d Desk) Decide(ctx context.Context, p people.Person, kind, subject, reason string, payload map[string]string) (made Decision, err error) {
	k, ok := KindOf(kind)
	if !ok {
		return Decision{}, fault.New(fault.Usage, "decision.kind.unknown", kind, names(Kinds()))
	}
	verb := k.Verb
	if k.Name == Withdraw {
		if verb, err = d.verbOf(subject); err != nil {
			return Decision{}, err
		}
	}
	if _, err := k.check(subject, reason, payload); err != nil {
		return Decision{}, err
	}
	err = d.people.Act(ctx, p, verb, kind+" "+subject, reason, func() error {
		made, err = d.Record(p, kind, subject, reason, payload)
		return err
	})
	return made, err
}

// verbOf is the verb that it takes to withdraw a decision.
func (d Desk) verbOf(id string) (people.Verb, error) {
	h, err := Read(d.file)
	if err != nil {
		return "", err
	}
	target, ok := h.Get(id)
	if !ok {
		return "", fault.New(fault.Usage, "decision.unknown", id)
	}
	k, ok := KindOf(target.Kind)
	if !ok || k.Final {
		return "", fault.New(fault.Usage, "decision.final", id, target.Kind)
	}
	return k.Verb, nil
}

// Record is [Desk.Decide] for what is an act in the audit already: it asks nothing about rights.
func (d Desk) Record(p people.Person, kind, subject, reason string, payload map[string]string) (made Decision, err error) {
	k, ok := KindOf(kind)
	if !ok {
		return Decision{}, fault.New(fault.Usage, "decision.kind.unknown", kind, names(Kinds()))
	}
	clean, err := k.check(subject, reason, payload)
	if err != nil {
		return Decision{}, err
	}
	if k.Signed && p.ManagerID != "" {
		clean[managerColumn] = p.ManagerID
	}
	d.seen.Lock()
	defer d.seen.Unlock()
	line, err := d.file.Append(func(head journal.Head) (any, error) {
		if err := d.catchUp(head); err != nil {
			return nil, err
		}
		made = Decision{
			ID: idOf(head.Lines + 1), Kind: k.Name, Subject: strings.TrimSpace(subject), By: p.ID, ByName: p.Name,
			At: d.now().In(d.config.Zone()).Format(time.RFC3339), Reason: strings.TrimSpace(reason), Payload: clean, Previous: head.Hash,
		}
		return made, d.admit(d.seen.History, k, &made)
	})
	if err != nil {
		return Decision{}, err
	}
	d.seen.add(made)
	d.seen.hashes = append(d.seen.hashes, line.Hash)
	return made, nil
}

// catchUp reads the journal unless it ends with the decision that the desk saw last.
func (d Desk) catchUp(head journal.Head) (err error) {
	if d.seen.Head() != head || d.seen.number == nil {
		d.seen.History, err = Read(d.file)
	}
	return err
}
