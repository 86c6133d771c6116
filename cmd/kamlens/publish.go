package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/decision"
	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/people"
	"github.com/kamlens/kamlens/internal/store"
)

// publishFlags are the flags of publish.
type publishFlags struct {
	identity
	back           bool
	reason, format string
}

func newPublishCommand(a *app) *cobra.Command {
	f := publishFlags{}
	c := &cobra.Command{
		Use:   "publish",
		Short: "发布记录 · list what was published; --back: return readers to the publication before",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if f.back {
				return a.publishBack(cmd.Context(), f)
			}
			return a.publications(cmd.Context(), f.format)
		},
	}
	flags := c.Flags()
	flags.BoolVar(&f.back, "back", false, "退回上一次发布 · withdraw the current publication, return to the one before")
	flags.StringVar(&f.reason, "reason", "", "退回的原因，必写 · why readers go back; must be given")
	f.add(flags)
	flags.StringVar(&f.format, "format", "table", "table, json, csv")
	return c
}

// publishBack points readers at the publication before the current one.
func (a *app) publishBack(ctx context.Context, f publishFlags) error {
	if strings.TrimSpace(f.reason) == "" {
		return fault.New(fault.Usage, "publish.usage")
	}
	if err := decision.CheckText(f.reason); err != nil {
		return err
	}
	return a.withActor(ctx, f.identity, func(c config.Config, s *store.Store, who actor) error {
		var from, to store.Publication
		usable := func(snapshot string) bool {
			_, err := os.Stat(filepath.Join(c.Dir("snapshots"), snapshot))
			return err == nil
		}
		current, err := s.Current(ctx)
		if err != nil {
			return err
		}
		err = who.act(ctx, people.SnapshotBack, current.Snapshot, f.reason, func() (err error) {
			w := store.Withdrawal{At: a.now(), By: who.ID, Name: who.Name, Reason: strings.TrimSpace(f.reason)}
			if from, to, err = s.Back(ctx, w, usable); err != nil {
				return err
			}
			_, err = a.desk(c, who).Record(who.Person, decision.SnapshotBack, from.Snapshot, w.Reason, map[string]string{"to": to.Snapshot})
			return err
		})
		if err != nil {
			return err
		}
		_, err = fmt.Fprintln(a.stdout, a.lang().T("publish.back", from.Snapshot, to.Snapshot, to.AsOf.Format(time.DateTime)))
		return err
	})
}

// publication is one line of the list, for programs.
type publication struct {
	ID              int64  `json:"id"`
	Snapshot        string `json:"snapshot"`
	PublishedAt     string `json:"published_at"` // civil time of the configured zone
	AsOf            string `json:"as_of"`
	Checks          int    `json:"checks"`
	Warnings        int    `json:"warnings"`
	Current         bool   `json:"current"`
	WithdrawnAt     string `json:"withdrawn_at,omitempty"`
	WithdrawnBy     string `json:"withdrawn_by,omitempty"` // id of the person
	WithdrawnName   string `json:"withdrawn_name,omitempty"`
	WithdrawnReason string `json:"withdrawn_reason,omitempty"`
}

// publications lists what readers could see, newest first.
func (a *app) publications(ctx context.Context, format string) error {
	write, err := writerOf(format)
	if err != nil {
		return err
	}
	return a.withStore(ctx, func(c config.Config, s *store.Store) error {
		all, err := s.Publications(ctx)
		if err != nil {
			return err
		}
		var current store.Publication
		if len(all) > 0 {
			if current, err = s.Current(ctx); err != nil {
				return err
			}
		}
		list := make([]publication, len(all))
		for i, p := range all {
			list[i] = publication{ID: p.ID, Snapshot: p.Snapshot, PublishedAt: p.PublishedAt.In(c.Zone()).Format(time.DateTime),
				AsOf: p.AsOf.Format(time.DateTime), Checks: p.Checks, Warnings: p.Warnings, Current: p.ID == current.ID,
				WithdrawnBy: p.Withdrawn.By, WithdrawnName: p.Withdrawn.Name, WithdrawnReason: p.Withdrawn.Reason}
			if !p.Withdrawn.At.IsZero() {
				list[i].WithdrawnAt = p.Withdrawn.At.In(c.Zone()).Format(time.DateTime)
			}
		}
		if format == "json" {
			return a.writeJSON(list)
		}
		return write(a.stdout, a.publicationSheet(list))
	})
}

func (a *app) publicationSheet(list []publication) sheet {
	l := a.lang()
	t := sheet{text: 4}
	for _, key := range []string{"id", "snapshot", "published_at", "as_of", "warnings", "state"} {
		t.head = append(t.head, l.T("publish."+key))
	}
	for _, p := range list {
		state := l.T("publish.state.past")
		switch {
		case p.Current:
			state = l.T("publish.state.current")
		case p.WithdrawnAt != "":
			state = l.T("publish.state.withdrawn", p.WithdrawnAt, people.Signature(p.WithdrawnBy, p.WithdrawnName), p.WithdrawnReason)
		}
		t.rows = append(t.rows, []string{number(p.ID), p.Snapshot, p.PublishedAt, p.AsOf, strconv.Itoa(p.Warnings), state})
	}
	return t
}
