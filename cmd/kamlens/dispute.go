package main

import (
	"context"
	"errors"
	"slices"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/kamlens/kamlens/internal/calendar"
	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/decision"
	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/people"
	"github.com/kamlens/kamlens/internal/store"
)

func newDisputeCommand(a *app) *cobra.Command {
	i := &identity{}
	c := &cobra.Command{
		Use:   "dispute",
		Short: "对明细行的异议 · contest a row behind a KPI: open, list, uphold, dismiss",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	i.add(c.PersistentFlags())
	c.AddCommand(newDisputeOpenCommand(a, i), newDisputeListCommand(a, i), newDisputeUpholdCommand(a, i), newDisputeDismissCommand(a, i))
	return c
}

// disputeFlags are the flags of dispute open and uphold.
type disputeFlags struct{ period, claim, owner, reason string }

func (f *disputeFlags) addReason(c *cobra.Command) {
	c.Flags().StringVar(&f.reason, "reason", "", "理由，必写 · why; must be given")
}

func newDisputeOpenCommand(a *app, i *identity) *cobra.Command {
	f := disputeFlags{}
	c := &cobra.Command{
		Use:   "open KPI ROW",
		Short: "提出异议：只能针对自己的行 · contest a row of one's own",
		Args:  cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withDesk(cmd.Context(), *i, func(x clerk) error { return x.openDispute(cmd.Context(), f, args[0], args[1]) })
		},
	}
	periodFlag(c.Flags(), &f.period, wholePeriods)
	c.Flags().StringVar(&f.claim, "claim", "", "主张 · claim: not_counted, wrong_owner, customer_wait, duplicate")
	c.Flags().StringVar(&f.owner, "owner", "", "主张 wrong_owner 时应归谁 · with wrong_owner: whose it is, e.g. M007")
	f.addReason(c)
	return c
}

func newDisputeUpholdCommand(a *app, i *identity) *cobra.Command {
	f := disputeFlags{}
	c := &cobra.Command{
		Use:   "uphold ID",
		Short: "异议成立 · the dispute is right: the row no longer counts, or counts for another owner",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withDesk(cmd.Context(), *i, func(x clerk) error { return x.uphold(cmd.Context(), f, args[0]) })
		},
	}
	c.Flags().StringVar(&f.owner, "owner", "", "归谁，缺省为异议所主张的 · whose the row is, by default as the dispute claims")
	f.addReason(c)
	return c
}

func newDisputeDismissCommand(a *app, i *identity) *cobra.Command {
	f := disputeFlags{}
	c := &cobra.Command{
		Use:   "dismiss ID",
		Short: "异议不成立 · the dispute is not right: nothing changes",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withDesk(cmd.Context(), *i, func(x clerk) error {
				d, err := x.dispute(args[0])
				if err != nil {
					return err
				}
				return x.decide(cmd.Context(), decision.RowDismiss, d.Subject, f.reason, map[string]string{"answers": d.ID})
			})
		},
	}
	f.addReason(c)
	return c
}

func newDisputeListCommand(a *app, i *identity) *cobra.Command {
	var format string
	c := &cobra.Command{
		Use:   "list",
		Short: "列出异议；客户经理只见自己的 · list disputes; an account manager sees their own",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withActor(cmd.Context(), *i, func(c config.Config, _ *store.Store, who actor) error {
				return a.disputes(cmd.Context(), c, who, format)
			})
		},
	}
	c.Flags().StringVar(&format, "format", "table", "table, json, csv")
	return c
}

// disputes lists disputes and what became of them: all to those who read decisions, their own to those who may dispute.
func (a *app) disputes(ctx context.Context, c config.Config, who actor, format string) error {
	kinds := []string{decision.RowDispute, decision.RowUphold, decision.RowDismiss}
	if !who.May(people.RowDispute) || who.May(people.DecisionRead) {
		return who.act(ctx, people.DecisionRead, decision.RowDispute, "", func() error {
			return a.printDecisions(c, format, func(d decision.Decision) bool { return slices.Contains(kinds, d.Kind) })
		})
	}
	mine := map[string]bool{}
	return a.printDecisions(c, format, func(d decision.Decision) bool { // answers come after what they answer
		mine[d.ID] = d.Kind == decision.RowDispute && d.By == who.ID || slices.Contains(kinds, d.Kind) && mine[d.Answers()]
		return mine[d.ID]
	})
}

// clerk helps a person to decide about rows of the published snapshot.
type clerk struct {
	app    *app
	config config.Config
	who    actor
	desk   decision.Desk
	past   decision.History
	door   *kpi.Door
}

// withDesk opens what it takes to decide about rows for the length of f.
func (a *app) withDesk(ctx context.Context, i identity, f func(clerk) error) error {
	return a.withActor(ctx, i, func(c config.Config, s *store.Store, who actor) error {
		h, err := decision.Read(decision.Journal(c))
		if err != nil {
			return err
		}
		door, err := openDoor(ctx, c, s)
		if err != nil {
			return err
		}
		return errors.Join(f(clerk{a, c, who, a.desk(c, who), h, door}), door.Close())
	})
}

func (x clerk) decide(ctx context.Context, kind, subject, reason string, payload map[string]string) error {
	d, err := x.desk.Decide(ctx, x.who.Person, kind, subject, reason, payload)
	if err != nil {
		return err
	}
	return x.app.decided(x.config, d)
}

// openDispute contests a row that counts for the account manager that the person is.
func (x clerk) openDispute(ctx context.Context, f disputeFlags, id, row string) error {
	period, err := askedPeriod(f.period)
	if err != nil {
		return err
	}
	def, err := x.door.Definition(id)
	if err != nil {
		return asUsage(err)
	}
	scope := kpi.Scope{} // sees nothing
	if x.who.ManagerID != "" {
		scope.Managers = []string{x.who.ManagerID}
	}
	set, err := x.door.Explain(ctx, scope, kpi.ExplainQuestion{KPI: def.ID, Period: period, Subject: row})
	if err != nil {
		return err
	}
	if len(set.Rows) == 0 {
		return fault.New(fault.Refused, "dispute.no_row", def.ID, period.String(), row)
	}
	if period, err = periodOfRow(def, period, set.Rows[0]); err != nil {
		return err
	}
	if err := x.knownOwner(ctx, f.owner, set.Rows[0]); err != nil {
		return err
	}
	d := decision.Dispute{KPI: def.ID, Row: row, Period: period.String(), Manager: x.who.ManagerID, Claim: f.claim, Owner: f.owner}
	return x.decide(ctx, decision.RowDispute, d.Subject(), f.reason, d.Payload(x.past))
}

// periodOfRow is the period that tells the row apart: that which was asked for where the measure has periods of its own,
// else the month of the row.
func periodOfRow(def kpi.Definition, asked kpi.Period, row kpi.Row) (kpi.Period, error) {
	if def.OverTime == "own" || len(row.AnchorOn) < len("2026-10") {
		return asked, nil
	}
	return calendar.ParsePeriod(row.AnchorOn[:len("2026-10")])
}

// knownOwner refuses an owner that there is not, and one who has the row already.
func (x clerk) knownOwner(ctx context.Context, owner string, row kpi.Row) error {
	if owner == "" {
		return nil
	}
	members, err := x.door.Members(ctx, kpi.Everything(), kpi.ByManager)
	if err != nil {
		return err
	}
	switch {
	case !slices.ContainsFunc(members, func(m kpi.Member) bool { return m.ID == owner }):
		return fault.New(fault.Usage, "dispute.no_manager", owner)
	case row.ManagerID == owner:
		return fault.New(fault.Usage, "dispute.owner_same", row.SubjectID, owner)
	}
	return nil
}

// dispute finds the dispute of that number.
func (x clerk) dispute(id string) (decision.Decision, error) {
	d, ok := x.past.Get(id)
	if !ok || d.Kind != decision.RowDispute {
		return d, fault.New(fault.Usage, "dispute.no_dispute", id)
	}
	return d, nil
}

// uphold says that a dispute is right. Of a row whose period is closed it keeps what the row counts for, so that lines
// beside the KPI can say what changes.
func (x clerk) uphold(ctx context.Context, f disputeFlags, id string) error {
	d, err := x.dispute(id)
	if err != nil {
		return err
	}
	period, err := calendar.ParsePeriod(d.Payload["period"])
	if err != nil {
		return err
	}
	filter := map[kpi.Dim][]string{kpi.ByManager: {d.Payload["manager_id"]}}
	set, err := x.door.Explain(ctx, kpi.Everything(), kpi.ExplainQuestion{KPI: d.Payload["kpi"], Period: period, Subject: d.Payload["row"], Filter: filter})
	if err != nil {
		return err
	}
	if len(set.Rows) == 0 {
		return fault.New(fault.Refused, "dispute.row_gone", d.Payload["kpi"], period.String(), d.Payload["row"])
	}
	payload := map[string]string{"answers": d.ID, "owner": d.Payload["owner"]}
	if f.owner != "" {
		if d.Payload["claim"] != decision.ClaimWrongOwner {
			return fault.New(fault.Usage, "dispute.owner_unasked", d.ID, d.Payload["claim"])
		}
		payload["owner"] = f.owner
	}
	if err := x.knownOwner(ctx, payload["owner"], set.Rows[0]); err != nil {
		return err
	}
	closed, err := decision.Closed(x.config)
	if err != nil {
		return err
	}
	if payload["effect"] = decision.Effect(closed, d.Payload["kpi"], period); payload["effect"] == decision.EffectAdjustment {
		addParts(payload, set.Rows)
		x.app.say("dispute.will_adjust", period.String())
	}
	return x.decide(ctx, decision.RowUphold, d.Subject, f.reason, payload)
}

// addParts puts what rows count for into a payload: the sums of num, den and value where there are any.
func addParts(payload map[string]string, rows []kpi.Row) {
	sum := func(part func(kpi.Row) *int64) string {
		total, found := int64(0), false
		for _, r := range rows {
			if n := part(r); n != nil {
				total, found = total+*n, true
			}
		}
		if !found {
			return ""
		}
		return strconv.FormatInt(total, 10)
	}
	payload["num"] = sum(func(r kpi.Row) *int64 { return r.Num })
	payload["den"] = sum(func(r kpi.Row) *int64 { return r.Den })
	payload["value"] = sum(func(r kpi.Row) *int64 { return r.Value })
}
