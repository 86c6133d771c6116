package decision

import (
	"strings"

	"github.com/kamlens/kamlens/internal/feed"
	"github.com/kamlens/kamlens/internal/people"
	"github.com/kamlens/kamlens/internal/text"
)

// Kind is one sort of decision and everything that is asked of it.
type Kind struct {
	Name    string
	Verb    people.Verb
	About   string        // what its subject is: customer, manager, kpi, rule, row, period, batch, snapshot, decision
	Columns []feed.Column // of its payload
	Answers []string      // the kinds that it may answer, by a person who decided nothing of them; none: it begins something
	Single  bool          // no second one about a subject while one is open
	Command string        // the command that makes it, where decide does not
	Day     string        // column (of it, or of what it answers) with a day that must not lie in a closed period
	Period  string        // column with a period that must not be a closed one
	Final   bool          // what it did cannot be withdrawn
	Follows bool          // it only adds to what it answers: that stands without it, and the same person may add it
	Records bool          // it only records that something was done: whoever decided before may make it, and whoever made it may decide after
	Signed  bool          // it is kept which account manager the person is, under manager_id

	Feed string // the feed that its row goes to, "" for none
	row  func(chain []Decision) map[string]string
}

// Withdraw is the kind of decision that takes another one back. Its verb is that of the other one.
const Withdraw = "decision.withdraw"

// The kinds that packages other than this one have a part in.
const (
	TierPropose  = "tier.propose"
	TierReview   = "tier.review"
	TierApprove  = "tier.approve"
	TierOverride = "tier.override"
	TierReturn   = "tier.return"
	TierNotify   = "tier.notify"

	TierInput        = "tier.input" // the assessed part of a customer's complexity
	TierInputApprove = "tier.input.approve"
	TierInputReturn  = "tier.input.return"

	RuleSet       = "rule.set"
	TargetSet     = "target.set"
	RowDispute    = "row.dispute"
	RowUphold     = "row.uphold"
	RowDismiss    = "row.dismiss"
	AssessReview  = "assess.review"
	AssessTell    = "assess.tell"
	AssessObject  = "assess.object"
	AssessAnswer  = "assess.answer"
	AssessReturn  = "assess.return"
	AssessSign    = "assess.sign"
	SampleDraw    = "sample.draw"
	FreezePropose = "period.freeze.propose"
	FreezeConfirm = "period.freeze.confirm"
	BatchRetract  = "batch.retract"
	SnapshotBack  = "snapshot.back"
)

// What a kind is about, where that decides how its subject is written.
const (
	AboutKPI      = "kpi"
	AboutCustomer = "customer"
	AboutManager  = "manager"
	AboutRule     = "rule"     // section.name, as in limits.first_response
	AboutPeriod   = "period"   // 2026-10
	AboutSheet    = "sheet"    // 2026-10 M001: see [SheetSubject]
	AboutOther    = "decision" // the id of another one
)

const aboutRow = "row"

// managerColumn is the column under which a signed decision keeps which account manager the person is.
const managerColumn = "manager_id"

// effectiveFrom is the column with the day from which a tier is to hold.
const effectiveFrom = "effective_from"

const dutyWaive = "duty.waive"

// drawnAfter is the column with the draw of the same period before.
const drawnAfter = "after"

// The claims of a dispute: the row does not count, it is another owner's, the customer kept everybody waiting, or it is
// counted elsewhere already.
const (
	ClaimNotCounted   = "not_counted"
	ClaimWrongOwner   = "wrong_owner"
	ClaimCustomerWait = "customer_wait"
	ClaimDuplicate    = "duplicate"
)

// The effects of an upheld dispute: on the row itself, or, where its period was closed, as lines beside it.
const (
	EffectRuling     = "ruling"
	EffectAdjustment = "adjustment"
)

// Kinds is the one table of what may be decided, in the order in which it is listed. docs/decisions.md shows it; a test
// compares.
func Kinds() []Kind {
	return []Kind{
		{Name: TierPropose, Verb: people.TierPropose, About: AboutCustomer, Single: true, Day: effectiveFrom,
			Columns: append(columns("tier_history", "tier!", "effective_from!", "card", "rule_version"), ratedColumns()...)},
		{Name: TierReview, Verb: people.TierReview, About: AboutCustomer, Answers: []string{TierPropose}, Day: effectiveFrom},
		{Name: TierApprove, Verb: people.TierApprove, About: AboutCustomer, Answers: []string{TierReview}, Day: effectiveFrom, Signed: true,
			Feed: "tier_history", row: tierRow},
		{Name: TierOverride, Verb: people.TierOverride, About: AboutCustomer, Answers: []string{TierReview}, Day: effectiveFrom, Signed: true,
			Columns: columns("tier_history", "tier!", "card"), Feed: "tier_history", row: tierRow},
		{Name: TierReturn, Verb: people.TierApprove, About: AboutCustomer, Answers: []string{TierPropose, TierReview}},
		{Name: TierNotify, Verb: people.TierNotify, About: AboutCustomer, Answers: []string{TierApprove, TierOverride}, Follows: true,
			Columns: columns("tier_history", "notified_at!", "notice_channel!"), Feed: "tier_history", row: noticeRow},
		{Name: TierInput, Verb: people.TierInput, About: AboutCustomer, Single: true, Signed: true, Columns: columns("tier_inputs", "quarter!", "parts!", "evidence!")},
		{Name: TierInputApprove, Verb: people.TierInputApprove, About: AboutCustomer, Answers: []string{TierInput}, Signed: true, Feed: "tier_inputs", row: inputRow},
		{Name: TierInputReturn, Verb: people.TierInputApprove, About: AboutCustomer, Answers: []string{TierInput}},
		{Name: TargetSet, Verb: people.TargetEdit, About: AboutKPI, Period: "period",
			Columns: columns("targets", "period!", "scope!", "value!", "floor", "stretch"), Feed: "targets", row: targetRow},
		{Name: dutyWaive, Verb: people.DutyWaive, About: AboutCustomer, Day: "window_end",
			Columns: columns("duties", "kind!", "window_start!", "window_end!"), Feed: "duties", row: waiverRow},
		{Name: "breach.report", Verb: people.BreachReport, About: AboutManager, Columns: columns("breaches", "kind!", "reported_on!")},
		{Name: "breach.confirm", Verb: people.BreachConfirm, About: AboutManager, Answers: []string{"breach.report"},
			Columns: columns("breaches", "heard_on"), Feed: "breaches", row: breachRow},
		{Name: RuleSet, Verb: people.RuleEdit, About: AboutRule},
		{Name: RowDispute, Verb: people.RowDispute, About: aboutRow, Single: true, Command: "dispute open", Columns: disputeColumns()},
		{Name: RowUphold, Verb: people.RowDecide, About: aboutRow, Answers: []string{RowDispute}, Command: "dispute uphold", Columns: upholdColumns()},
		{Name: RowDismiss, Verb: people.RowDecide, About: aboutRow, Answers: []string{RowDispute}, Command: "dispute dismiss"},
		{Name: AssessReview, Verb: people.AssessReview, About: AboutSheet, Single: true, Signed: true, Command: "assess review", Columns: sheetColumns()},
		{Name: AssessTell, Verb: people.AssessTell, About: AboutSheet, Answers: []string{AssessReview}, Signed: true, Records: true, Command: "assess tell"},
		{Name: AssessObject, Verb: people.AssessObject, About: AboutSheet, Answers: []string{AssessTell}, Signed: true, Command: "assess object"},
		{Name: AssessAnswer, Verb: people.AssessAnswer, About: AboutSheet, Answers: []string{AssessObject}, Signed: true, Command: "assess answer"},
		{Name: AssessReturn, Verb: people.AssessAnswer, About: AboutSheet, Answers: []string{AssessReview, AssessTell, AssessObject, AssessAnswer}, Signed: true,
			Command: "assess return"},
		{Name: AssessSign, Verb: people.AssessSign, About: AboutSheet, Answers: []string{AssessTell, AssessAnswer}, Signed: true, Command: "assess sign", Final: true},
		{Name: SampleDraw, Verb: people.SampleDraw, About: AboutPeriod, Command: "sample draw", Columns: drawColumns(), Final: true},
		{Name: FreezePropose, Verb: people.PeriodFreeze, About: AboutPeriod, Single: true, Command: "freeze"},
		{Name: FreezeConfirm, Verb: people.PeriodFreeze, About: AboutPeriod, Answers: []string{FreezePropose}, Command: "freeze", Final: true},
		{Name: BatchRetract, Verb: people.BatchRetract, About: "batch", Columns: plainColumns("retraction"), Command: "retract", Final: true},
		{Name: SnapshotBack, Verb: people.SnapshotBack, About: "snapshot", Columns: plainColumns("to"), Command: "publish --back", Final: true},
		{Name: Withdraw, About: AboutOther, Final: true},
	}
}

// KindOf returns the kind of that name.
func KindOf(name string) (Kind, bool) {
	for _, k := range Kinds() {
		if k.Name == name {
			return k, true
		}
	}
	return Kind{}, false
}

// In is what the kind is called in language l.
func (k Kind) In(l text.Lang) string { return l.T("decision.kind." + k.Name) }

// Row returns the row of its feed that d writes, by column; false for a kind without a feed, and for a decision that was
// withdrawn.
func (h History) Row(d Decision) (name string, row map[string]string, ok bool) {
	k, known := KindOf(d.Kind)
	if !known || k.row == nil || h.out[d.ID] != "" {
		return "", nil, false
	}
	row = k.row(h.Chain(d))
	for column, value := range row {
		if value == "" {
			delete(row, column)
		}
	}
	return k.Feed, row, true
}

// columns takes columns of a feed for a payload; a name with ! must be given.
func columns(name string, list ...string) []feed.Column {
	f, _ := feed.Get(name) // the table is checked by the package's test
	var out []feed.Column
	for _, item := range list {
		column, required := strings.CutSuffix(item, "!")
		c, _ := f.Column(column)
		c.Required = required
		out = append(out, c)
	}
	return out
}

// plainColumns are columns of text that must be given.
func plainColumns(names ...string) []feed.Column {
	var out []feed.Column
	for _, n := range names {
		out = append(out, feed.Column{Name: n, Type: feed.Text, Required: true})
	}
	return out
}

// ratedColumns say by which quarter's indicators a tier was worked out, and the score.
func ratedColumns() []feed.Column {
	return []feed.Column{{Name: "quarter", Type: feed.Quarter}, {Name: "score", Type: feed.Text}}
}

// sheetColumns say which sheet was reviewed: the hash under which the archive holds it, what it was made from, and what it says.
func sheetColumns() []feed.Column {
	return append(plainColumns(sheetColumn, "snapshot", "rules", "state"), feed.Column{Name: "total", Type: feed.Text}, feed.Column{Name: "grade", Type: feed.Text},
		feed.Column{Name: "coefficient", Type: feed.Int}, feed.Column{Name: correctsColumn, Type: feed.Text})
}

// drawColumns say what was asked of a draw and what came of it: the list lies in the archive under its SHA-256. after is the
// draw of the period before it, so that nobody draws beside one that they have not seen.
func drawColumns() []feed.Column {
	list := plainColumns("seed", "snapshot", listColumn)
	for _, n := range []string{"frame", "drawn"} {
		list = append(list, feed.Column{Name: n, Type: feed.Int, Required: true})
	}
	return append(list, feed.Column{Name: drawnAfter, Type: feed.ID})
}

func disputeColumns() []feed.Column {
	claims := feed.Column{Name: "claim", Type: feed.Enum, Required: true}
	for _, c := range []string{ClaimNotCounted, ClaimWrongOwner, ClaimCustomerWait, ClaimDuplicate} {
		claims.Values = append(claims.Values, feed.Value{Code: c})
	}
	return append(plainColumns("kpi", "row", "period"), claims, feed.Column{Name: "manager_id", Type: feed.ID},
		feed.Column{Name: "owner", Type: feed.ID},
		feed.Column{Name: "counted_for", Type: feed.ID}) // the manager before any ruling, where an earlier one gave the row to manager_id
}

func upholdColumns() []feed.Column {
	effect := feed.Column{Name: "effect", Type: feed.Enum, Required: true, Values: []feed.Value{{Code: EffectRuling}, {Code: EffectAdjustment}}}
	return []feed.Column{effect, {Name: "owner", Type: feed.ID}, {Name: "num", Type: feed.Int}, {Name: "den", Type: feed.Int}, {Name: "value", Type: feed.Int}}
}

// said is what the decisions of a chain say in one column, the last one first.
func said(chain []Decision, column string) string {
	for i := len(chain) - 1; i >= 0; i-- {
		if v := chain[i].Payload[column]; v != "" {
			return v
		}
	}
	return ""
}

// tierRow is the tier that the last decision of the chain approves. The word by which the tier models know a tier that
// was decided against the proposal stands before the reason. Whoever approves signs as the account manager that they are: K1 leaves
// out what the owner's own line overrides.
func tierRow(chain []Decision) map[string]string {
	d := chain[len(chain)-1]
	reason := d.Reason
	if d.Kind == TierOverride {
		reason = "override: " + reason
	}
	return map[string]string{
		"customer_id": d.Subject, "effective_from": said(chain, "effective_from"), "tier": said(chain, "tier"), "card": said(chain, "card"),
		"approved_at": d.At, "approved_by": d.signature(), "rule_version": said(chain, "rule_version"), "reason": reason,
	}
}

// noticeRow is the approved tier with when and how the customer was told.
func noticeRow(chain []Decision) map[string]string {
	d, row := chain[len(chain)-1], tierRow(chain[:len(chain)-1])
	row["notified_at"], row["notice_channel"] = d.Payload["notified_at"], d.Payload["notice_channel"]
	return row
}

// inputRow is an assessed part that somebody approved.
func inputRow(chain []Decision) map[string]string {
	entered, d := chain[0], chain[len(chain)-1]
	return map[string]string{"customer_id": d.Subject, "quarter": entered.Payload["quarter"], "parts": entered.Payload["parts"],
		"evidence": entered.Payload["evidence"], "entered_by": entered.signature(), "approved_by": d.signature()}
}

// signature is the account manager that the person is, else the person.
func (d Decision) signature() string {
	if m := d.Payload[managerColumn]; m != "" {
		return m
	}
	return d.By
}

func targetRow(chain []Decision) map[string]string {
	d := chain[len(chain)-1]
	return map[string]string{"kpi": d.Subject, "period": d.Payload["period"], "scope": d.Payload["scope"], "value": d.Payload["value"],
		"floor": d.Payload["floor"], "stretch": d.Payload["stretch"]}
}

func waiverRow(chain []Decision) map[string]string {
	d := chain[len(chain)-1]
	return map[string]string{"duty_id": d.ID, "customer_id": d.Subject, "kind": d.Payload["kind"], "window_start": d.Payload["window_start"],
		"window_end": d.Payload["window_end"], "waived_by": d.By, "waived_reason": d.Reason}
}

func breachRow(chain []Decision) map[string]string {
	report, d := chain[0], chain[len(chain)-1]
	return map[string]string{"breach_id": report.ID, "manager_id": d.Subject, "kind": report.Payload["kind"],
		"reported_on": report.Payload["reported_on"], "heard_on": d.Payload["heard_on"], "confirmed_on": d.day(), "confirmed_by": d.By}
}
