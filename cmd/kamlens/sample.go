package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/kamlens/kamlens/ingest"
	"github.com/kamlens/kamlens/internal/archive"
	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/decision"
	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/people"
	"github.com/kamlens/kamlens/internal/sampling"
	"github.com/kamlens/kamlens/internal/store"
	"github.com/kamlens/kamlens/internal/text"
)

func newSampleCommand(a *app) *cobra.Command {
	c := &cobra.Command{
		Use:   "sample",
		Short: "过程抽查 · draw a stratified random sample of a period's work, write its check sheets",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	c.AddCommand(newSampleDrawCommand(a), newSampleListCommand(a), newSampleSheetCommand(a))
	return c
}

// sampleDrawFlags are the flags of sample draw.
type sampleDrawFlags struct {
	identity
	plan           sampling.Plan
	reason, format string
}

func newSampleDrawCommand(a *app) *cobra.Command {
	f := sampleDrawFlags{}
	c := &cobra.Command{
		Use:   "draw",
		Short: "分层随机抽样，记入裁定 · draw at random from every stratum, and record it",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return a.sampleDraw(cmd.Context(), f) },
	}
	flags := c.Flags()
	flags.StringVar(&f.plan.Period, "period", "", "检查哪一期的工作，必写 · whose work is looked at; must be given, e.g. 2026-10")
	flags.StringVar(&f.plan.Seed, "seed", "", "随机种子，缺省由期间和快照得出，无人可选 · the seed; by default it follows from period and snapshot, so that nobody chooses it")
	flags.IntVar(&f.plan.Size, "size", 0, "样本总数，必写 · how many to draw; must be given")
	flags.IntVar(&f.plan.Minimum, "minimum", 2, "每层至少几个 · of every stratum at least")
	flags.IntVar(&f.plan.SecondShare, "second", 10, "由第二人复评的百分比 · per hundred that a second scorer judges, too")
	flags.StringSliceVar(&f.plan.Kinds, "kind", nil, "只抽这些类型，缺省全部 · only these kinds: request, complaint, fault, consult, visit, …; by default all")
	flags.StringArrayVar(&f.plan.Items, "item", nil, "检查表的检查项，可写多次 · an item of the check sheet; may be given again")
	flags.StringVar(&f.reason, "reason", "", "理由，必写 · why; must be given")
	flags.StringVar(&f.format, "format", "table", "table, json, csv")
	f.add(flags)
	return c
}

// sampleDraw draws for the person whom the command line names, and prints the strata.
func (a *app) sampleDraw(ctx context.Context, f sampleDrawFlags) error {
	write, err := writerOf(f.format)
	if err != nil {
		return err
	}
	period, err := askedPeriod(f.plan.Period)
	if err != nil {
		return err
	}
	if err := ingest.CheckItems(f.plan.Items); err != nil {
		return err
	}
	f.plan.Period = period.String()
	return a.withActor(ctx, f.identity, func(c config.Config, s *store.Store, who actor) error {
		var made drawn
		err := who.act(ctx, people.SampleDraw, decision.SampleDraw+" "+f.plan.Period, f.reason, func() error {
			door, err := openDoor(ctx, c, s)
			if err != nil {
				return err
			}
			made, err = a.draw(ctx, c, door, who, period, f)
			return errors.Join(err, door.Close())
		})
		if err != nil {
			return err
		}
		a.say("sampling.drawn", made.ID, f.plan.Period, len(made.Samples), made.frame(), len(made.Strata), made.Seed, made.hash())
		if f.format == "json" {
			return a.writeJSON(made.line(nil))
		}
		return write(a.stdout, strataSheet(a.lang(), made, f.format == "csv"))
	})
}

// draw draws from the work of a period that is over, keeps the list in the archive and records the draw.
func (a *app) draw(ctx context.Context, c config.Config, door *kpi.Door, who actor, period kpi.Period, f sampleDrawFlags) (drawn, error) {
	if door.Stamp().AsOf.Before(period.End) {
		return drawn{}, fault.New(fault.Refused, "sampling.not_over", period.String(), door.Stamp().AsOf.Format(time.DateOnly))
	}
	past, err := decision.Read(decision.Journal(c))
	if err != nil {
		return drawn{}, err
	}
	before, err := draws(c, past, func(d decision.Decision) bool { return d.Subject == period.String() })
	if err != nil {
		return drawn{}, err
	}
	taken, payload := map[string]bool{}, map[string]string{}
	for _, b := range before {
		payload["after"] = b.ID
		for _, item := range b.Samples {
			taken[item.Name()] = true
		}
	}
	worked, err := door.Worked(ctx, kpi.Everything(), period)
	if err != nil {
		return drawn{}, err
	}
	f.plan.Snapshot = door.Stamp().Snapshot
	if f.plan.Seed == "" {
		f.plan.Seed = archive.Hash([]byte(f.plan.Period + "\n" + f.plan.Snapshot))[:16]
	}
	list, err := sampling.New(f.plan, itemsOf(worked), taken)
	if err != nil {
		return drawn{}, err
	}
	data, err := list.Bytes()
	if err != nil {
		return drawn{}, err
	}
	if payload["list"], err = archive.At(c.Dir("archive")).Put(data); err != nil {
		return drawn{}, err
	}
	made := drawn{Draw: list}
	payload["seed"], payload["snapshot"] = list.Seed, list.Snapshot
	payload["frame"], payload["drawn"] = strconv.Itoa(made.frame()), strconv.Itoa(len(list.Samples))
	made.Decision, err = a.desk(c, who).Record(who.Person, decision.SampleDraw, period.String(), f.reason, payload)
	return made, err
}

// itemsOf is the frame of a draw.
func itemsOf(worked []kpi.Worked) []sampling.Item {
	frame := make([]sampling.Item, len(worked))
	for i, w := range worked {
		frame[i] = sampling.Item(w)
	}
	return frame
}

// drawn is a draw with the decision that records it.
type drawn struct {
	decision.Decision
	sampling.Draw
}

// frame is how many things it was drawn from.
func (d drawn) frame() int {
	n := 0
	for _, s := range d.Strata {
		n += s.Size
	}
	return n
}

// hash is the SHA-256 of the list.
func (d drawn) hash() string { return d.Kept() }

// day is the civil day of the draw.
func (d drawn) day() string { return d.At[:len(time.DateOnly)] }

// draws are the recorded draws that wanted holds for, with their lists from the archive.
func draws(c config.Config, past decision.History, wanted func(decision.Decision) bool) (list []drawn, err error) {
	kept := archive.At(c.Dir("archive"))
	for _, d := range past.All() {
		if d.Kind != decision.SampleDraw || !wanted(d) {
			continue
		}
		data, err := kept.Get(d.Kept())
		if err != nil {
			return nil, err
		}
		of, err := sampling.Parse(data)
		if err != nil {
			return nil, err
		}
		list = append(list, drawn{d, of})
	}
	return list, nil
}

// strataSheet lays out how a draw was shared out.
func strataSheet(l text.Lang, d drawn, raw bool) sheet {
	t := sheet{head: headed(l, "sampling.head.", []string{"decision_id", "stratum", "stratum_size", "drawn", "second"}, raw), text: 2}
	for _, s := range d.Strata {
		second := 0
		for _, item := range d.Samples {
			if item.Stratum == s.Name && item.Second {
				second++
			}
		}
		t.rows = append(t.rows, []string{d.ID, s.Name, strconv.Itoa(s.Size), strconv.Itoa(s.Drawn), strconv.Itoa(second)})
	}
	return t
}

// sampleListFlags are the flags of sample list.
type sampleListFlags struct {
	identity
	period, format string
}

func newSampleListCommand(a *app) *cobra.Command {
	f := sampleListFlags{}
	c := &cobra.Command{
		Use:   "list [DRAW]",
		Short: "列出抽样及评定进度；写明某次抽样时列出样本 · list the draws and how much of them was judged; of one draw its samples",
		Args:  cobra.MaximumNArgs(1),
		RunE:  func(cmd *cobra.Command, args []string) error { return a.sampleList(cmd.Context(), f, args) },
	}
	c.Flags().StringVar(&f.period, "period", "", "只列这一期的 · only those of this period")
	c.Flags().StringVar(&f.format, "format", "table", "table, json, csv")
	f.add(c.Flags())
	return c
}

// drawLine is a draw as programs read it.
type drawLine struct {
	ID       string             `json:"decision_id"`
	At       string             `json:"at"`
	By       string             `json:"by"`
	Reason   string             `json:"reason"`
	List     string             `json:"list"` // SHA-256
	Judged   int                `json:"judged"`
	Twice    int                `json:"judged_twice"`
	Second   int                `json:"second"` // that a second scorer is to judge
	Strata   []sampling.Stratum `json:"strata"`
	Samples  []sampling.Sample  `json:"samples"`
	Plan     sampling.Plan      `json:"plan"`
	Unjudged []string           `json:"unjudged"` // ids of samples
}

// line is d with what was judged of it.
func (d drawn) line(judged map[string]bool) drawLine {
	l := drawLine{ID: d.ID, At: d.At, By: people.Signature(d.By, d.ByName), Reason: d.Reason, List: d.hash(), Strata: d.Strata, Samples: d.Samples, Plan: d.Plan,
		Unjudged: []string{}}
	for _, s := range d.Samples {
		if s.Second {
			l.Second++
		}
		switch twice, once := judged[ingest.SampleID(d.ID, s.Number)]; {
		case !once:
			l.Unjudged = append(l.Unjudged, ingest.SampleID(d.ID, s.Number))
		case twice:
			l.Judged, l.Twice = l.Judged+1, l.Twice+1
		default:
			l.Judged++
		}
	}
	return l
}

// sampleList lists draws, or the samples of one, to somebody who may read decisions.
func (a *app) sampleList(ctx context.Context, f sampleListFlags, ids []string) error {
	write, err := writerOf(f.format)
	if err != nil {
		return err
	}
	return a.withActor(ctx, f.identity, func(c config.Config, s *store.Store, who actor) error {
		return who.act(ctx, people.DecisionRead, decision.SampleDraw, "", func() error {
			list, err := a.drawsAsked(c, f.period, ids)
			if err != nil {
				return err
			}
			door, err := openDoor(ctx, c, s)
			if err != nil {
				return err
			}
			judged, err := door.JudgedSamples(ctx, kpi.Everything())
			if err = errors.Join(err, door.Close()); err != nil {
				return err
			}
			if f.format == "json" {
				lines := []drawLine{}
				for _, d := range list {
					lines = append(lines, d.line(judged))
				}
				return a.writeJSON(lines)
			}
			if len(ids) > 0 {
				return write(a.stdout, samplesSheet(a.lang(), list[0], judged, f.format == "csv"))
			}
			return write(a.stdout, drawsSheet(a.lang(), list, judged, f.format == "csv"))
		})
	})
}

// drawsAsked are the draws of a period, of all where it is empty; or the one that was named.
func (a *app) drawsAsked(c config.Config, period string, ids []string) ([]drawn, error) {
	past, err := decision.Read(decision.Journal(c))
	if err != nil {
		return nil, err
	}
	list, err := draws(c, past, func(d decision.Decision) bool {
		return (period == "" || d.Subject == period) && (len(ids) == 0 || slices.Contains(ids, d.ID))
	})
	if err == nil && len(ids) > 0 && len(list) == 0 {
		err = fault.New(fault.Usage, "sampling.unknown", ids[0])
	}
	return list, err
}

// drawsSheet lays out draws, a line each.
func drawsSheet(l text.Lang, list []drawn, judged map[string]bool, raw bool) sheet {
	columns := []string{"decision_id", "period", "at", "by", "seed", "frame", "drawn", "judged", "second", "judged_twice", "reason"}
	t := sheet{head: headed(l, "sampling.head.", columns, raw), text: 5}
	for _, d := range list {
		n := d.line(judged)
		t.rows = append(t.rows, []string{n.ID, d.Period, n.At, n.By, d.Seed, strconv.Itoa(d.frame()), strconv.Itoa(len(d.Samples)), strconv.Itoa(n.Judged),
			strconv.Itoa(n.Second), strconv.Itoa(n.Twice), n.Reason})
	}
	return t
}

// samplesSheet lays out the samples of a draw.
func samplesSheet(l text.Lang, d drawn, judged map[string]bool, raw bool) sheet {
	columns := []string{"sample_id", "stratum", "subject", "subject_id", "day", "customer_id", "manager_id", "second", "judged"}
	t := sheet{head: headed(l, "sampling.head.", columns, raw), text: len(columns)}
	for _, s := range d.Samples {
		_, once := judged[ingest.SampleID(d.ID, s.Number)]
		subject, second, done := s.Subject, fmt.Sprint(s.Second), fmt.Sprint(once)
		if !raw {
			yes := map[bool]string{true: l.T("sampling.yes")}
			subject, second, done = l.T("sampling.subject."+s.Subject), yes[s.Second], yes[once]
		}
		t.rows = append(t.rows, []string{ingest.SampleID(d.ID, s.Number), s.Stratum, subject, s.ID, s.Day, s.CustomerID, s.ManagerID, second, done})
	}
	return t
}
