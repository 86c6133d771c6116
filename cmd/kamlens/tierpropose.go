package main

import (
	"context"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/kamlens/kamlens/internal/calendar"
	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/decision"
	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/store"
	"github.com/kamlens/kamlens/internal/tiering"
)

// tierProposeFlags are the flags of tier propose.
type tierProposeFlags struct {
	identity
	period, from, reason, format string
	all                          bool
}

func newTierProposeCommand(a *app) *cobra.Command {
	f := tierProposeFlags{}
	c := &cobra.Command{
		Use:   "propose [CUSTOMER...]",
		Short: "测算级别；写明 --as 时提出 · work out the tiers that the indicators speak for; with --as propose them",
		Args:  cobra.ArbitraryArgs,
		RunE:  func(cmd *cobra.Command, args []string) error { return a.tierPropose(cmd.Context(), f, args) },
	}
	flags := c.Flags()
	flags.StringVar(&f.period, "period", "", "测算的季度，缺省为最近一季 · the quarter whose indicators are taken; by default the last one, e.g. 2026-Q3")
	flags.StringVar(&f.from, "from", "", "生效日期，须为某月首日，缺省为下季度首日 · from when the tiers are to hold, the first of a month; by default of the next quarter")
	flags.BoolVar(&f.all, "all", false, "也列出级别不变的客户 · list customers whose tier stays as well")
	flags.StringVar(&f.reason, "reason", "", "提出的理由 · why, with --as")
	flags.StringVar(&f.format, "format", "table", "table, json, csv")
	f.add(flags)
	return c
}

// tierPropose shows what the indicators speak for, and proposes it for the person whom the command line names.
func (a *app) tierPropose(ctx context.Context, f tierProposeFlags, customers []string) error {
	write, err := writerOf(f.format)
	if err != nil {
		return err
	}
	show := func(c config.Config, s *store.Store, who *actor) error {
		return a.withRatings(ctx, c, s, "", func(r ratings) error {
			drafts, p, from, err := a.draftsAsked(ctx, c, r, f, customers)
			if err != nil {
				return err
			}
			made := map[string]string{}
			if who != nil {
				made, err = a.proposeDrafts(ctx, c, *who, f.reason, from, p, drafts)
			}
			if err != nil {
				return err
			}
			if f.format == "json" {
				lines := []draftLine{}
				for _, d := range drafts {
					l := lineOfDraft(d)
					l.Decision = made[l.CustomerID]
					lines = append(lines, l)
				}
				return a.writeJSON(lines)
			}
			return write(a.stdout, draftsSheet(a.lang(), p, drafts, made, f.format == "csv"))
		})
	}
	if f.as == "" {
		return a.withStore(ctx, func(c config.Config, s *store.Store) error { return show(c, s, nil) })
	}
	return a.withActor(ctx, f.identity, func(c config.Config, s *store.Store, who actor) error { return show(c, s, &who) })
}

// draftsAsked are the drafts that were asked for: of the customers named, else of those whose tier changes.
func (a *app) draftsAsked(ctx context.Context, c config.Config, r ratings, f tierProposeFlags, customers []string) (list []tiering.Draft, p tiering.Policy,
	from time.Time, err error) {
	var quarter calendar.Period
	if from, err = firstDay(f.from, a.now().In(c.Zone())); err != nil {
		return nil, p, from, err
	}
	if quarter, err = r.quarter(f.period); err != nil {
		return nil, p, from, err
	}
	if p, err = tiering.PolicyOn(&r.book, quarter.Start); err != nil {
		return nil, p, from, err
	}
	all, now, err := r.drafts(ctx, quarter, from)
	if err != nil {
		return nil, p, from, err
	}
	for _, id := range customers {
		if !slices.ContainsFunc(all, func(d tiering.Draft) bool { return d.Score.Row.CustomerID == id }) {
			return nil, p, from, fault.New(fault.Usage, "tiering.no_customer", id)
		}
	}
	for _, d := range all {
		id := d.Score.Row.CustomerID
		named := slices.Contains(customers, id)
		if named || len(customers) == 0 && (f.all || d.Tier != 0 && d.Tier != now[id]) {
			list = append(list, d)
		}
	}
	a.say("tiering.drafts", quarter.String(), len(all), len(list), from.Format(time.DateOnly), p.Version)
	return list, p, from, nil
}

// proposeDrafts proposes the tiers of the drafts that have one, but for customers whose last proposal still waits; it returns the
// decisions by customer.
func (a *app) proposeDrafts(ctx context.Context, c config.Config, who actor, reason string, from time.Time, p tiering.Policy,
	drafts []tiering.Draft) (map[string]string, error) {
	past, err := decision.Read(decision.Journal(c))
	if err != nil {
		return nil, err
	}
	waits := map[string]bool{}
	for _, d := range past.All() {
		if slices.Contains([]string{decision.TierPropose, decision.TierReview}, d.Kind) && past.Open(d) {
			waits[d.Subject] = true
		}
	}
	desk, made, skipped := a.desk(c, who), map[string]string{}, 0
	for _, d := range drafts {
		id := d.Score.Row.CustomerID
		if waits[id] {
			skipped++
		}
		if waits[id] || d.Tier == 0 {
			continue
		}
		payload := map[string]string{"tier": whole(&d.Tier), "effective_from": from.Format(time.DateOnly), "rule_version": p.Version,
			"quarter": d.Score.Row.Quarter, "score": p.Print(d.Score.Total)}
		proposal, err := desk.Decide(ctx, who.Person, decision.TierPropose, id, reason, payload)
		if err != nil {
			return nil, err
		}
		made[id] = proposal.ID
	}
	if skipped > 0 {
		a.say("tiering.skipped_waiting", skipped)
	}
	a.say("tiering.proposed", len(made))
	return made, nil
}
