package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kamlens/kamlens/internal/archive"
	"github.com/kamlens/kamlens/internal/assess"
	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/decision"
	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/people"
	"github.com/kamlens/kamlens/internal/store"
	"github.com/kamlens/kamlens/internal/text"
)

// sheetFlags are the flags of the commands that decide about sheets.
type sheetFlags struct {
	identity
	period, reason string
	all            bool
}

// add gives a command the flags.
func (f *sheetFlags) add(c *cobra.Command) *cobra.Command {
	flags := c.Flags()
	periodFlag(flags, &f.period, wholePeriods)
	flags.StringVar(&f.reason, "reason", "", "理由，必写 · why; must be given")
	f.identity.add(flags)
	return c
}

func newAssessReviewCommand(a *app) *cobra.Command {
	f := sheetFlags{}
	c := &cobra.Command{
		Use:   "review [MANAGER...]",
		Short: "复核考核表：按现在的计算结果留存 · review sheets: keep them as they are computed now",
		Args:  cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withSheets(cmd.Context(), f, people.AssessReview, func(x sheetDesk) error { return x.review(cmd.Context(), f, args) })
		},
	}
	c.Flags().BoolVar(&f.all, "all", false, "全部可复核的 · all that can be reviewed")
	return f.add(c)
}

func newAssessSignCommand(a *app) *cobra.Command {
	f := sheetFlags{}
	return f.add(&cobra.Command{
		Use:   "sign MANAGER...",
		Short: "签批考核表：等级自此生效；须逐人写明 · sign sheets, so that their grades hold; everybody is named",
		Args:  cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withSheets(cmd.Context(), f, people.AssessSign, func(x sheetDesk) error { return x.sign(cmd.Context(), f, args) })
		},
	})
}

func newAssessTellCommand(a *app) *cobra.Command {
	f := sheetFlags{}
	return f.add(&cobra.Command{
		Use:   "tell MANAGER...",
		Short: "登记已把考核表告知本人 · record that managers were told of their sheets",
		Args:  cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.decideSheets(cmd.Context(), f, decision.AssessTell, args)
		},
	})
}

func newAssessObjectCommand(a *app) *cobra.Command {
	f := sheetFlags{}
	return f.add(&cobra.Command{
		Use:   "object",
		Short: "对自己的考核表提出异议 · object to one's own sheet",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.decideSheets(cmd.Context(), f, decision.AssessObject, nil)
		},
	})
}

func newAssessAnswerCommand(a *app) *cobra.Command {
	f := sheetFlags{}
	return f.add(&cobra.Command{
		Use:   "answer MANAGER",
		Short: "答复异议，维持考核表 · answer an objection: the sheet stands",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.decideSheets(cmd.Context(), f, decision.AssessAnswer, args)
		},
	})
}

func newAssessReturnCommand(a *app) *cobra.Command {
	f := sheetFlags{}
	return f.add(&cobra.Command{
		Use:   "return MANAGER...",
		Short: "退回考核表（异议成立或有误），须重新复核 · return sheets, as an objection is right or something is wrong: they are reviewed anew",
		Args:  cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.decideSheets(cmd.Context(), f, decision.AssessReturn, args)
		},
	})
}

// decideSheets makes decisions that need no numbers. Without managers they are about the person's own sheet.
func (a *app) decideSheets(ctx context.Context, f sheetFlags, kind string, managers []string) error {
	period, err := askedPeriod(f.period)
	if err != nil {
		return err
	}
	return a.withActor(ctx, f.identity, func(c config.Config, _ *store.Store, who actor) error {
		if len(managers) == 0 {
			if who.ManagerID == "" {
				return fault.New(fault.Refused, "assess.sign.nobody", who.ID)
			}
			managers = []string{who.ManagerID}
		}
		desk := a.desk(c, who)
		for _, m := range managers {
			d, err := desk.Decide(ctx, who.Person, kind, decision.SheetSubject(period.String(), m), f.reason, nil)
			if err != nil {
				return err
			}
			if err := a.decided(c, d); err != nil {
				return err
			}
		}
		return nil
	})
}

// sheetDesk helps a person to decide about the sheets of a period.
type sheetDesk struct {
	clerk
	report assess.Report
}

// withSheets computes the sheets of a period for somebody who may do what verb says, for the length of f.
func (a *app) withSheets(ctx context.Context, s sheetFlags, verb people.Verb, f func(sheetDesk) error) error {
	period, err := askedPeriod(s.period)
	if err != nil {
		return err
	}
	return a.withDesk(ctx, s.identity, func(x clerk) error {
		if !x.who.May(verb) { // said before anything is looked at, and kept in the audit
			return x.who.act(ctx, verb, period.String(), s.reason, func() error { return nil })
		}
		r, err := a.sheets(ctx, x.config, x.door, period, nil)
		if err != nil {
			return err
		}
		return f(sheetDesk{x, r})
	})
}

// sheets computes those of a period.
func (a *app) sheets(ctx context.Context, c config.Config, door *kpi.Door, period kpi.Period, managers []string) (assess.Report, error) {
	disputes, err := contested(c, period)
	if err != nil {
		return assess.Report{}, err
	}
	r, err := assess.Assess(ctx, door, assess.Question{Scope: kpi.Everything(), Period: period, Managers: managers, Disputes: disputes})
	return r, asCardFault(err)
}

// review keeps the sheets of managers as they are computed now, and says that they were reviewed.
func (x sheetDesk) review(ctx context.Context, f sheetFlags, managers []string) error {
	if f.all == (len(managers) > 0) {
		return fault.New(fault.Usage, "assess.sign.all_or_some")
	}
	if f.all {
		if managers = x.ready(); len(managers) == 0 {
			return fault.New(fault.Refused, "assess.sign.none_ready", x.report.Period)
		}
	}
	for _, m := range managers {
		k, err := x.kept(m)
		if err != nil {
			return err
		}
		if !mayBeSigned(k.Sheet) {
			return fault.New(fault.Refused, "assess.sign.not_ready", m, sheetSays(x.app.lang(), k.Sheet))
		}
		data, err := k.Bytes()
		if err != nil {
			return err
		}
		if err := decision.CheckText(f.reason); err != nil {
			return err
		}
		hash, err := archive.At(x.config.Dir("archive")).Put(data)
		if err != nil {
			return err
		}
		payload := map[string]string{"sheet": hash, "snapshot": k.Snapshot, "rules": k.Rules, "state": string(k.Sheet.State),
			"total": plain(k.Sheet.Total.Value), "grade": k.Sheet.Grade, "coefficient": whole(k.Sheet.Coefficient)}
		if err := x.decide(ctx, decision.AssessReview, decision.SheetSubject(k.Period, m), f.reason, payload); err != nil {
			return err
		}
	}
	return nil
}

// ready are the managers whose sheets the person may review now: complete, not under way or signed, and not their own.
func (x sheetDesk) ready() []string {
	var list []string
	for _, s := range x.report.Sheets {
		at := x.past.Sheet(decision.SheetSubject(x.report.Period, s.ManagerID)).State
		fresh := at == decision.SheetComputed || at == decision.SheetReturned
		if fresh && mayBeSigned(s) && s.ManagerID != x.who.ManagerID {
			list = append(list, s.ManagerID)
		}
	}
	return list
}

// kept is the sheet of a manager as it would be kept now.
func (x sheetDesk) kept(manager string) (assess.Kept, error) {
	k, ok := x.report.Keep(manager)
	if !ok {
		return k, fault.New(fault.Usage, "assess.sign.no_sheet", manager, x.report.Period)
	}
	return k, nil
}

// mayBeSigned reports whether a sheet is complete: one without a grade for a reason is, one whose period is not over is not.
func mayBeSigned(s assess.Sheet) bool {
	return slices.Contains([]assess.State{assess.Scored, assess.Ungraded, assess.Statement}, s.State)
}

// sheetSays is what came of a sheet on one line.
func sheetSays(l text.Lang, s assess.Sheet) string {
	return strings.Join(sheetWords(l, s), l.T("kpi.preliminary.join"))
}

// sign gives grades their force: of sheets that are still what was reviewed, with no contested row.
func (x sheetDesk) sign(ctx context.Context, f sheetFlags, managers []string) error {
	for _, m := range managers {
		now, err := x.kept(m)
		if err != nil {
			return err
		}
		subject := decision.SheetSubject(now.Period, m)
		if review, ok := x.past.Sheet(subject).Review(); ok {
			was, err := keptSheet(x.config, review)
			if err != nil {
				return err
			}
			if changes := assess.Changes(was.Sheet, now.Sheet); len(changes) > 0 {
				return fault.New(fault.Refused, "assess.sign.moved", m, review.ID, changesText(changes))
			}
		}
		if n := contestedRows(now.Sheet); n > 0 {
			return fault.New(fault.Refused, "assess.sign.contested", m, n)
		}
		if err := x.decide(ctx, decision.AssessSign, subject, f.reason, nil); err != nil {
			return err
		}
		x.app.say("assess.sign.signed", m, now.Period, sheetSays(x.app.lang(), now.Sheet))
		if slices.ContainsFunc(now.Sheet.Lines, func(l assess.Line) bool { return !l.Frozen }) {
			x.app.say("assess.sign.not_closed", now.Period)
		}
	}
	return nil
}

// keptSheet is the sheet that a review is about, as the archive holds it.
func keptSheet(c config.Config, review decision.Decision) (assess.Kept, error) {
	data, err := archive.At(c.Dir("archive")).Get(review.Kept())
	if err != nil {
		return assess.Kept{}, err
	}
	return assess.ReadKept(data)
}

// contestedRows counts the open disputes of a sheet.
func contestedRows(s assess.Sheet) int {
	n := 0
	for _, l := range s.Lines {
		n += l.OpenDisputes
	}
	return n
}

// changesShown is how many changes a message names.
const changesShown = 5

// changesText names the first changes: A1 points 50 → 70.
func changesText(changes []assess.Change) string {
	var list []string
	for i, c := range changes {
		if i == changesShown {
			list = append(list, "…")
			break
		}
		list = append(list, fmt.Sprintf("%s %s %s → %s", c.Line, c.Field, orDash(c.Was), orDash(c.Is)))
	}
	return strings.Join(list, "; ")
}

func orDash(s string) string {
	if s == "" {
		return kpi.None
	}
	return s
}
