package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kamlens/kamlens/internal/archive"
	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/decision"
	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/feed"
	"github.com/kamlens/kamlens/internal/people"
	"github.com/kamlens/kamlens/internal/store"
	"github.com/kamlens/kamlens/internal/text"
)

// decisionsFlags are the flags of decisions.
type decisionsFlags struct {
	identity
	kind, subject, format string
}

func newDecisionsCommand(a *app) *cobra.Command {
	f := decisionsFlags{}
	c := &cobra.Command{
		Use:   "decisions",
		Short: "裁定记录 · list what was decided, by whom and why; verify, kinds",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return a.decisions(cmd.Context(), f) },
	}
	flags := c.Flags()
	flags.StringVar(&f.kind, "kind", "", "只列这种裁定 · only this kind")
	flags.StringVar(&f.subject, "subject", "", "只列关于这个对象的 · only those about this subject")
	flags.StringVar(&f.format, "format", "table", "table, json, csv")
	f.add(flags)
	c.AddCommand(newDecisionsVerifyCommand(a), newDecisionsKindsCommand(a))
	return c
}

// decisionLine is a decision as programs read it.
type decisionLine struct {
	ID      string            `json:"decision_id"`
	Kind    string            `json:"kind"`
	Subject string            `json:"subject"`
	By      string            `json:"by"`
	ByName  string            `json:"by_name"`
	At      string            `json:"at"`
	Reason  string            `json:"reason"`
	Payload map[string]string `json:"payload"`
	State   string            `json:"state"` // stands, open, answered, withdrawn
	Next    string            `json:"next,omitempty"`
}

// The states of a decision.
const (
	stateStands    = "stands"
	stateOpen      = "open"
	stateAnswered  = "answered"
	stateWithdrawn = "withdrawn"
)

func lineOfDecision(h decision.History, d decision.Decision) decisionLine {
	l := decisionLine{ID: d.ID, Kind: d.Kind, Subject: d.Subject, By: d.By, ByName: d.ByName, At: d.At, Reason: d.Reason, Payload: d.Payload,
		State: stateStands}
	if by := h.WithdrawnBy(d.ID); by != "" {
		l.State, l.Next = stateWithdrawn, by
	} else if by := h.AnsweredBy(d.ID); by != "" {
		l.State, l.Next = stateAnswered, by
	} else if h.Open(d) {
		l.State = stateOpen
	}
	return l
}

// decisions lists the decisions to somebody who may read them.
func (a *app) decisions(ctx context.Context, f decisionsFlags) error {
	if _, ok := decision.KindOf(f.kind); f.kind != "" && !ok {
		return fault.New(fault.Usage, "decision.cli.kind", f.kind)
	}
	return a.withActor(ctx, f.identity, func(c config.Config, _ *store.Store, who actor) error {
		return who.act(ctx, people.DecisionRead, strings.TrimSpace(f.kind+" "+f.subject), "", func() error {
			return a.printDecisions(c, f.format, func(d decision.Decision) bool {
				return (f.kind == "" || d.Kind == f.kind) && (f.subject == "" || d.Subject == f.subject)
			})
		})
	})
}

// printDecisions lists the decisions that wanted holds for.
func (a *app) printDecisions(c config.Config, format string, wanted func(decision.Decision) bool) error {
	write, err := writerOf(format)
	if err != nil {
		return err
	}
	h, err := decision.Read(decision.Journal(c))
	if err != nil {
		return err
	}
	list := []decisionLine{}
	for _, d := range h.All() {
		if wanted(d) {
			list = append(list, lineOfDecision(h, d))
		}
	}
	if format == "json" {
		return a.writeJSON(list)
	}
	return write(a.stdout, decisionsSheet(a.lang(), list, format == "csv"))
}

// decisionsSheet lays decisions out: in words for people, in codes for programs.
func decisionsSheet(l text.Lang, list []decisionLine, raw bool) sheet {
	columns := []string{"decision_id", "at", "kind", "subject", "payload", "by", "state", "reason"}
	t := sheet{head: headed(l, "decision.head.", columns, raw), text: len(columns)}
	for _, d := range list {
		kind, by, state := d.Kind, d.By, d.State
		if !raw {
			kind, by = l.T("decision.kind."+d.Kind), people.Signature(d.By, d.ByName)
			state = strings.TrimSpace(l.T("decision.state."+d.State) + " " + d.Next)
		}
		t.rows = append(t.rows, []string{d.ID, d.At, kind, d.Subject, payloadWords(d.Payload), by, state, d.Reason})
	}
	return t
}

// payloadWords writes what was decided on one line.
func payloadWords(payload map[string]string) string {
	var parts []string
	for _, column := range slices.Sorted(maps.Keys(payload)) {
		parts = append(parts, column+"="+payload[column])
	}
	return strings.Join(parts, ", ")
}

func newDecisionsVerifyCommand(a *app) *cobra.Command {
	var kept string
	c := &cobra.Command{
		Use:   "verify",
		Short: "核对裁定日志 · check that no line of the journal was altered, removed or added",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			c, err := a.config()
			if err != nil {
				return err
			}
			h, err := decision.Read(decision.Journal(c))
			if err != nil {
				return err
			}
			if kept != "" && !h.Has(kept) {
				return fault.New(fault.Refused, "decision.cli.no_hash", kept, h.Head().Lines)
			}
			if err := reachesBatches(c, h); err != nil {
				return err
			}
			a.fact("decision.cli.whole", h.Head().Lines, h.Head().Hash)
			return nil
		},
	}
	c.Flags().StringVar(&kept, "head", "", "以前记下的哈希值，用来发现末尾被截去 · a hash noted down earlier: finds lines cut off the end")
	return c
}

// reachesBatches refuses a journal that lacks what the archive says was loaded from it.
func reachesBatches(c config.Config, h decision.History) error {
	entries, err := archive.At(c.Dir("archive")).Entries()
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.Batch == nil || e.Batch.Source != config.Own || e.Batch.Feed != feed.Decisions {
			continue
		}
		reach, err := decision.ParseReach(e.Batch.To)
		if err != nil {
			return fmt.Errorf("batch %d: %w", e.Batch.ID, err)
		}
		if !h.Reaches(reach) {
			return fault.New(fault.Refused, "decision.cut", decision.JournalPath(c), reach.Lines, h.Head().Lines)
		}
	}
	return nil
}

func newDecisionsKindsCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "kinds",
		Short: "可作的裁定 · list what can be decided, by whom and with which columns",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			return writeTable(a.stdout, kindsSheet(a.lang()))
		},
	}
}

// kindsSheet lists the kinds of decision.
func kindsSheet(l text.Lang) sheet {
	t := sheet{}
	for _, key := range []string{"kind", "name", "verb", "about", "columns", "answers", "feed"} {
		t.head = append(t.head, l.T("decision.head."+key))
	}
	t.text = len(t.head)
	for _, k := range decision.Kinds() {
		t.rows = append(t.rows, []string{k.Name, k.In(l), string(k.Verb), k.About, k.ColumnNames(), strings.Join(k.Answers, ", "), k.Feed})
	}
	return t
}
