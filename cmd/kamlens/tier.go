package main

import (
	"context"
	"errors"
	"math/big"
	"slices"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/kamlens/kamlens/internal/calendar"
	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/rules"
	"github.com/kamlens/kamlens/internal/store"
	"github.com/kamlens/kamlens/internal/text"
	"github.com/kamlens/kamlens/internal/tiering"
)

func newTierCommand(a *app) *cobra.Command {
	c := &cobra.Command{
		Use:   "tier",
		Short: "客户分级 · the tiers of customers: work them out, decide on them in three steps, tell the customer, play other rules",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	c.AddCommand(newTierProposeCommand(a), newTierReviewCommand(a), newTierApproveCommand(a), newTierNotifyCommand(a), newTierExplainCommand(a),
		newTierSimulateCommand(a))
	return c
}

// ratings is what tiers are worked out from: the indicators of the published snapshot and the rules.
type ratings struct {
	door    *kpi.Door
	book    rules.Book
	history tiering.History
}

// withRatings opens the published snapshot for the length of f; of one customer where its id is given.
func (a *app) withRatings(ctx context.Context, c config.Config, s *store.Store, customer string, f func(ratings) error) error {
	book, err := loadRules(c)
	if err != nil {
		return err
	}
	door, err := openDoor(ctx, c, s)
	if err != nil {
		return err
	}
	rows, err := door.TierIndicators(ctx, kpi.Everything(), customer)
	if err == nil {
		err = f(ratings{door, book, tiering.NewHistory(rows)})
	}
	return errors.Join(err, door.Close())
}

// quarter is the quarter that was asked for, by default the last one that there are indicators of.
func (r ratings) quarter(asked string) (calendar.Period, error) {
	all := r.history.Quarters()
	if asked == "" && len(all) > 0 {
		asked = all[len(all)-1]
	}
	if len(all) == 0 {
		return calendar.Period{}, fault.New(fault.Refused, "tiering.no_quarter")
	}
	p, err := calendar.ParsePeriod(asked)
	if err != nil {
		return p, err
	}
	if !slices.Contains(all, p.String()) {
		return p, fault.New(fault.Usage, "tiering.not_quarter", asked, all[0], all[len(all)-1])
	}
	return p, nil
}

// drafts rates the customers of a quarter for tiers that take effect on a day: they move by one level a quarter, so that the tier
// held is that of the day before the quarter of that day. now are the tiers of the day before.
func (r ratings) drafts(ctx context.Context, quarter calendar.Period, from time.Time) (list []tiering.Draft, now map[string]int64, err error) {
	first := from.AddDate(0, -(int(from.Month())-1)%3, 0)
	held, err := r.door.TiersOn(ctx, kpi.Everything(), first.AddDate(0, 0, -1))
	if err != nil {
		return nil, nil, err
	}
	if now, err = r.door.TiersOn(ctx, kpi.Everything(), from.AddDate(0, 0, -1)); err != nil {
		return nil, nil, err
	}
	list, err = r.history.Drafts(&r.book, quarter, func(row kpi.TierIndicators) int64 { return held[row.CustomerID] })
	return list, now, err
}

// firstDay is the day from which tiers are to hold: the one asked for, else the first of the next quarter. It must be the first of a
// month.
func firstDay(asked string, now time.Time) (time.Time, error) {
	if asked == "" {
		return time.Date(now.Year(), now.Month()+time.Month(3-(int(now.Month())-1)%3), 1, 0, 0, 0, 0, time.UTC), nil
	}
	day, err := time.Parse(time.DateOnly, asked)
	if err != nil || day.Day() != 1 {
		return day, fault.New(fault.Usage, "tiering.from", asked)
	}
	return day, nil
}

// draftLine is a draft as programs read it. A tier is null for none, a score where there is none.
type draftLine struct {
	CustomerID string   `json:"customer_id"`
	Name       string   `json:"name"`
	Quarter    string   `json:"quarter"`
	State      string   `json:"state"` // of the score: scored, unrated, incomplete
	Score      *float64 `json:"score"`
	Before     *float64 `json:"score_before"` // of the quarter before, by the same rules
	Held       *int64   `json:"held"`
	Tier       *int64   `json:"tier"`
	Why        string   `json:"why"`
	Strategic  bool     `json:"strategic"`
	Merged     bool     `json:"merged"`
	Decision   string   `json:"decision_id"` // the proposal that was made of it
}

func lineOfDraft(d tiering.Draft) draftLine {
	row := d.Score.Row
	l := draftLine{CustomerID: row.CustomerID, Name: row.Name, Quarter: row.Quarter, State: string(d.Score.State), Score: decimal(d.Score.Total),
		Held: orNone(d.Held), Tier: orNone(d.Tier), Why: string(d.Why), Strategic: row.Strategic, Merged: row.Merged}
	if d.Before != nil {
		l.Before = decimal(d.Before.Total)
	}
	return l
}

// decimal is an exact number as programs read it, nil for none.
func decimal(r *big.Rat) *float64 {
	if r == nil {
		return nil
	}
	v, err := strconv.ParseFloat(r.FloatString(6), 64)
	if err != nil {
		return nil
	}
	return &v
}

func orNone(tier int64) *int64 {
	if tier == 0 {
		return nil
	}
	return &tier
}

// tierWord is a tier in words, 0 for none.
func tierWord(l text.Lang, tier int64) string {
	if tier == 0 {
		return l.T("tiering.no_tier")
	}
	return l.T("rules.tier", strconv.FormatInt(tier, 10))
}

// draftsSheet lays drafts out: in words for people, in codes for programs.
func draftsSheet(l text.Lang, p tiering.Policy, drafts []tiering.Draft, made map[string]string, raw bool) sheet {
	columns := []string{"customer_id", "name", "quarter", "held", "tier", "decision_id", "score_before", "score", "why"}
	t := sheet{head: headed(l, "tiering.head.", columns, raw), text: 6}
	for _, d := range drafts {
		row := d.Score.Row
		held, tier, why, before := tierWord(l, d.Held), tierWord(l, d.Tier), l.T("tiering.why."+string(d.Why)), ""
		if d.Why == tiering.NotScored {
			why = l.T("tiering.state." + string(d.Score.State))
		}
		if raw {
			held, tier, why = whole(orNone(d.Held)), whole(orNone(d.Tier)), string(d.Why)
		}
		if d.Before != nil {
			before = p.Print(d.Before.Total)
		}
		if row.Strategic && !raw {
			why += l.T("tiering.strategic")
		}
		if row.Merged && !raw {
			why += l.T("tiering.merged")
		}
		t.rows = append(t.rows, []string{row.CustomerID, row.Name, row.Quarter, held, tier, made[row.CustomerID], before, p.Print(d.Score.Total), why})
	}
	return t
}
