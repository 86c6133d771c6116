package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/decision"
	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/people"
	"github.com/kamlens/kamlens/internal/store"
	"github.com/kamlens/kamlens/internal/text"
)

// tierAnswerFlags are the flags of tier review, approve and notify.
type tierAnswerFlags struct {
	identity
	reason, format, tier, channel, at string
	all, back                         bool
}

func (f *tierAnswerFlags) shared(c *cobra.Command) {
	flags := c.Flags()
	flags.StringVar(&f.reason, "reason", "", "理由，必写 · why; must be given")
	flags.BoolVar(&f.all, "all", false, "处理全部待处理的客户 · all customers that wait")
	flags.StringVar(&f.format, "format", "table", "不写客户时列出待处理的：table, json, csv · of the list that is shown without customers: table, json, csv")
	f.add(flags)
}

func newTierReviewCommand(a *app) *cobra.Command {
	f := tierAnswerFlags{}
	c := &cobra.Command{
		Use:   "review [CUSTOMER...]",
		Short: "复核提出的级别；不写客户时列出待复核的 · review proposed tiers; without customers list those that wait",
		Args:  cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.tierAnswer(cmd.Context(), f, f.kind(decision.TierReview), nil, args)
		},
	}
	c.Flags().BoolVar(&f.back, "return", false, "退回 · return them instead")
	f.shared(c)
	return c
}

func newTierApproveCommand(a *app) *cobra.Command {
	f := tierAnswerFlags{}
	c := &cobra.Command{
		Use:   "approve [CUSTOMER...]",
		Short: "批准、改定或退回已复核的级别；不写客户时列出待批准的 · approve, override or return reviewed tiers; without customers list those that wait",
		Args:  cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if f.tier == "" {
				return a.tierAnswer(cmd.Context(), f, f.kind(decision.TierApprove), nil, args)
			}
			return a.tierAnswer(cmd.Context(), f, decision.TierOverride, map[string]string{"tier": f.tier}, args)
		},
	}
	c.Flags().StringVar(&f.tier, "tier", "", "改定为这一级：1 至 4 · decide on this tier instead, 1 to 4")
	c.Flags().BoolVar(&f.back, "return", false, "退回 · return them instead")
	c.MarkFlagsMutuallyExclusive("tier", "return")
	f.shared(c)
	return c
}

func newTierNotifyCommand(a *app) *cobra.Command {
	f := tierAnswerFlags{}
	c := &cobra.Command{
		Use:   "notify [CUSTOMER...]",
		Short: "登记已通知客户；不写客户时列出待通知的 · record that customers were told of their tier; without customers list those to tell",
		Args:  cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.tierAnswer(cmd.Context(), f, decision.TierNotify, map[string]string{"notified_at": f.at, "notice_channel": f.channel}, args)
		},
	}
	c.Flags().StringVar(&f.channel, "channel", "", "通知渠道，必写 · how they were told; must be given, e.g. 短信")
	c.Flags().StringVar(&f.at, "at", "", "通知时间，缺省为现在 · when they were told, by default now, e.g. 2026-12-20 10:00")
	f.shared(c)
	return c
}

// kind is the kind of decision that the flags ask for.
func (f tierAnswerFlags) kind(otherwise string) string {
	if f.back {
		return decision.TierReturn
	}
	return otherwise
}

// waitingLine is a decision on a tier that waits for the next one, as programs read it.
type waitingLine struct {
	ID         string `json:"decision_id"`
	Kind       string `json:"kind"`
	CustomerID string `json:"customer_id"`
	Tier       string `json:"tier"`
	From       string `json:"effective_from"`
	Score      string `json:"score"`
	By         string `json:"by"`
	Overdue    bool   `json:"overdue"` // the day has come, and the tier before goes on
}

// tierAnswer answers what waits about customers, or lists it.
func (a *app) tierAnswer(ctx context.Context, f tierAnswerFlags, kind string, payload map[string]string, customers []string) error {
	write, err := writerOf(f.format)
	if err != nil {
		return err
	}
	return a.withActor(ctx, f.identity, func(c config.Config, _ *store.Store, who actor) error {
		past, err := decision.Read(decision.Journal(c))
		if err != nil {
			return err
		}
		waiting := tiersWaiting(past, kind, f.back, a.now().In(c.Zone()).Format(time.DateOnly))
		switch {
		case len(customers) == 0 && !f.all:
			return who.act(ctx, people.DecisionRead, kind, "", func() error {
				if f.format == "json" {
					return a.writeJSON(waiting)
				}
				return write(a.stdout, waitingSheet(a.lang(), waiting, f.format == "csv"))
			})
		case f.all && len(customers) > 0:
			return fault.New(fault.Usage, "tiering.all_or_some")
		case f.all:
			if customers, err = a.mine(past, waiting, kind, who); err != nil {
				return err
			}
		}
		if kind == decision.TierNotify && payload["notice_channel"] == "" {
			return fault.New(fault.Usage, "tiering.no_channel")
		}
		if payload["notified_at"] == "" && kind == decision.TierNotify {
			payload["notified_at"] = a.now().In(c.Zone()).Format(time.DateTime)
		}
		return a.answerTiers(ctx, c, who, kind, f.reason, payload, customers)
	})
}

// tiersWaiting lists the decisions on tiers that one of a kind may answer.
func tiersWaiting(past decision.History, kind string, back bool, today string) []waitingLine {
	k, _ := decision.KindOf(kind)
	list := []waitingLine{}
	for _, d := range past.All() {
		waits := past.WithdrawnBy(d.ID) == "" && past.AnsweredBy(d.ID) == "" && slices.Contains(k.Answers, d.Kind)
		if !waits {
			continue
		}
		l := waitingLine{ID: d.ID, Kind: d.Kind, CustomerID: d.Subject, By: people.Signature(d.By, d.ByName)}
		for _, link := range past.Chain(d) {
			l.Tier, l.From, l.Score = firstOf(link.Payload["tier"], l.Tier), firstOf(link.Payload["effective_from"], l.From), firstOf(link.Payload["score"], l.Score)
		}
		l.Overdue = !k.Follows && l.From <= today
		list = append(list, l)
	}
	return list
}

// mine are the customers of what waits, without those that the person has decided something of already.
func (a *app) mine(past decision.History, waiting []waitingLine, kind string, who actor) ([]string, error) {
	k, _ := decision.KindOf(kind)
	var customers []string
	others := 0
	for _, l := range waiting {
		d, _ := past.Get(l.ID)
		part := slices.ContainsFunc(past.Chain(d), func(e decision.Decision) bool { return strings.EqualFold(e.By, who.ID) })
		if part && !k.Follows {
			others++
			continue
		}
		customers = append(customers, l.CustomerID)
	}
	if others > 0 {
		a.say("tiering.skipped_own", others)
	}
	if len(customers) == 0 {
		return nil, fault.New(fault.Refused, "tiering.none_waits", kind)
	}
	return customers, nil
}

// answerTiers decides about one customer after the other, and prints the decisions.
func (a *app) answerTiers(ctx context.Context, c config.Config, who actor, kind, reason string, payload map[string]string, customers []string) error {
	desk := a.desk(c, who)
	var made []decision.Decision
	for _, customer := range customers {
		words := map[string]string{}
		for column, value := range payload {
			words[column] = value
		}
		d, err := desk.Decide(ctx, who.Person, kind, customer, reason, words)
		if err != nil {
			return err
		}
		made = append(made, d)
		if _, err := fmt.Fprintln(a.stdout, d.ID); err != nil {
			return err
		}
	}
	past, err := decision.Read(decision.Journal(c))
	if err != nil {
		return err
	}
	for _, d := range made {
		for _, r := range past.Remarks(d, nil) {
			a.say(r.Key, r.Args...)
		}
	}
	k, _ := decision.KindOf(kind)
	outcome, answers := past.Outcome(made[0])
	a.say("tiering.answered."+string(outcome), len(made), k.In(a.lang()), strings.Join(answers, ", "))
	return nil
}

// waitingSheet lays out what waits: in words for people, in codes for programs.
func waitingSheet(l text.Lang, list []waitingLine, raw bool) sheet {
	columns := []string{"decision_id", "customer_id", "tier", "effective_from", "kind", "by", "score", "overdue"}
	t := sheet{head: headed(l, "tiering.head.", columns, raw), text: len(columns)}
	for _, w := range list {
		tier, kind, overdue := l.T("rules.tier", w.Tier), l.T("decision.kind."+w.Kind), ""
		if w.Overdue {
			overdue = l.T("tiering.overdue")
		}
		if raw {
			tier, kind, overdue = w.Tier, w.Kind, fmt.Sprint(w.Overdue)
		}
		t.rows = append(t.rows, []string{w.ID, w.CustomerID, tier, w.From, kind, w.By, w.Score, overdue})
	}
	return t
}
