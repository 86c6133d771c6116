package main

import (
	"context"
	"slices"

	"github.com/spf13/cobra"

	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/people"
	"github.com/kamlens/kamlens/internal/store"
	"github.com/kamlens/kamlens/internal/text"
)

func newAuditCommand(a *app) *cobra.Command {
	c := &cobra.Command{
		Use:   "audit",
		Short: "审计记录 · who did what: list, verify",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	c.AddCommand(newAuditListCommand(a), newAuditVerifyCommand(a))
	return c
}

func newAuditVerifyCommand(a *app) *cobra.Command {
	var kept string
	c := &cobra.Command{
		Use:   "verify",
		Short: "核对整条记录链 · check that no row was altered, removed or added",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withStore(cmd.Context(), func(_ config.Config, s *store.Store) error {
				last, err := s.VerifyAudit(cmd.Context(), kept)
				if err != nil {
					return err
				}
				a.fact("people.cli.audit_whole", last.ID, last.Hash)
				return nil
			})
		},
	}
	c.Flags().StringVar(&kept, "head", "", "以前记下的哈希值，用来发现末尾被截去 · a hash noted down earlier: finds rows cut off the end")
	return c
}

// auditFlags say which rows are listed.
type auditFlags struct {
	identity
	person, verb, format string
}

func newAuditListCommand(a *app) *cobra.Command {
	var f auditFlags
	c := &cobra.Command{
		Use:   "list",
		Short: "列出谁在何时做了什么，最新的在前 · list who did what and when, newest first",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return a.auditList(cmd.Context(), f) },
	}
	f.add(c.Flags())
	c.Flags().StringVar(&f.person, "person", "", "只列此人 · this person only")
	c.Flags().StringVar(&f.verb, "verb", "", "只列此事，如 batch.retract · this verb only, e.g. batch.retract")
	c.Flags().StringVar(&f.format, "format", "table", "table, json, csv")
	return c
}

// auditLine is a row for programs; at is civil time of the configured zone.
type auditLine struct {
	ID      int64  `json:"id"`
	At      string `json:"at"`
	Person  string `json:"person"`
	Name    string `json:"name"`
	Verb    string `json:"verb"`
	Subject string `json:"subject"`
	Reason  string `json:"reason"`
	Outcome string `json:"outcome"`
	Note    string `json:"note,omitempty"`
	Hash    string `json:"hash,omitempty"`
}

// auditList prints the acts that are over and, before them, those that are under way or were cut short.
func (a *app) auditList(ctx context.Context, f auditFlags) error {
	write, err := writerOf(f.format)
	if err != nil {
		return err
	}
	return a.withActor(ctx, f.identity, func(c config.Config, s *store.Store, who actor) error {
		var begun, over []store.AuditRow
		err := who.act(ctx, people.AuditRead, "", "", func() (err error) {
			if over, err = s.AuditRows(ctx); err != nil {
				return err
			}
			begun, err = s.ActsBegun(ctx)
			return err
		})
		if err != nil {
			return err
		}
		list := []auditLine{}
		for _, r := range slices.Backward(append(over, othersOf(begun, who.ID)...)) {
			if f.person != "" && f.person != r.PersonID || f.verb != "" && f.verb != r.Verb {
				continue
			}
			line := auditLine{r.ID, civil(c, r.At), r.PersonID, r.PersonName, r.Verb, r.Subject, r.Reason, string(r.Outcome), r.Note, r.Hash}
			if r.Outcome == store.Begun {
				line.ID, line.Outcome = 0, "begun"
			}
			list = append(list, line)
		}
		if f.format == "json" {
			return a.writeJSON(list)
		}
		return write(a.stdout, auditSheet(a.lang(), list, f.format == "csv"))
	})
}

// othersOf leaves out the reading of the audit that is under way just now.
func othersOf(begun []store.AuditRow, reader string) []store.AuditRow {
	n := len(begun)
	if n > 0 && begun[n-1].PersonID == reader && begun[n-1].Verb == string(people.AuditRead) {
		return begun[:n-1]
	}
	return begun
}

// auditSheet lays acts out: in words for people, in codes for programs.
func auditSheet(l text.Lang, list []auditLine, raw bool) sheet {
	t := sheet{head: []string{"id", "at", "person", "name", "verb", "subject", "reason", "outcome", "note"}}
	t.text = len(t.head)
	if !raw {
		for k, key := range t.head {
			t.head[k] = l.T("people.head." + key)
		}
	}
	for _, r := range list {
		outcome := r.Outcome
		if !raw {
			outcome = l.T("people.outcome." + outcome)
		}
		t.rows = append(t.rows, []string{numberOrNone(r.ID), r.At, r.Person, r.Name, r.Verb, r.Subject, r.Reason, outcome, r.Note})
	}
	return t
}
