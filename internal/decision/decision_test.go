package decision_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kamlens/kamlens/internal/calendar"
	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/decision"
	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/feed"
	"github.com/kamlens/kamlens/internal/people"
	"github.com/kamlens/kamlens/internal/store"
	"github.com/kamlens/kamlens/internal/text"
)

// office is an installation with people of every role: ann and bob supervise, rita and ron review, max and mia manage the
// branch, ina inspects, kim is account manager M001.
type office struct {
	t      *testing.T
	config config.Config
	desk   decision.Desk
	person map[string]people.Person
	store  *store.Store
}

func newOffice(t *testing.T) *office {
	t.Helper()
	dir := t.TempDir()
	c, err := config.Parse([]byte("data: .\ntiering: kamlens"), filepath.Join(dir, "kamlens.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(t.Context(), c.StorePath())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	now := func() time.Time { return time.Date(2026, 11, 2, 1, 0, 0, 0, time.UTC) } // 09:00 in Shanghai
	all := people.New(s, now)
	o := &office{t: t, config: c, desk: decision.NewDesk(c, all, now), person: map[string]people.Person{}, store: s}
	root := people.Person{ID: "root", Name: "root", Roles: []people.Role{people.Admin}}
	if _, err := all.AddFirst(t.Context(), root); err != nil {
		t.Fatal(err)
	}
	for id, role := range map[string]people.Role{
		"ann": people.Supervisor, "bob": people.Supervisor, "rita": people.Reviewer, "ron": people.Reviewer,
		"max": people.Management, "mia": people.Management, "ina": people.Inspector, "kim": people.Manager,
	} {
		p := people.Person{ID: id, Name: strings.ToUpper(id), Roles: []people.Role{role}}
		if role == people.Manager {
			p.ManagerID = "M001"
		}
		if id == "ann" { // leads and reviews: what she proposed she still may not review
			p.Roles = append(p.Roles, people.Reviewer)
		}
		if _, err := all.Add(t.Context(), root, p); err != nil {
			t.Fatal(err)
		}
		o.person[id] = p
	}
	return o
}

// try decides; args are column=value.
func (o *office) try(who, kind, subject string, args ...string) (decision.Decision, error) {
	payload := map[string]string{}
	for _, a := range args {
		column, value, _ := strings.Cut(a, "=")
		payload[column] = value
	}
	return o.desk.Decide(context.Background(), o.person[who], kind, subject, "because", payload)
}

func (o *office) must(who, kind, subject string, args ...string) string {
	o.t.Helper()
	d, err := o.try(who, kind, subject, args...)
	if err != nil {
		o.t.Fatal(err)
	}
	return d.ID
}

func (o *office) refused(key, who, kind, subject string, args ...string) {
	o.t.Helper()
	_, err := o.try(who, kind, subject, args...)
	f, ok := errors.AsType[*fault.Error](err)
	if !ok || f.Key != key {
		o.t.Errorf("%s %s %s %v: %v, want %s", who, kind, subject, args, err, key)
	}
}

func (o *office) history() decision.History {
	o.t.Helper()
	h, err := decision.Read(decision.Journal(o.config))
	if err != nil {
		o.t.Fatal(err)
	}
	return h
}

// row returns the feed row that a decision writes as "feed column=value …", "" for none.
func (o *office) row(id string) string {
	o.t.Helper()
	h := o.history()
	d, _ := h.Get(id)
	name, row, ok := h.Row(d)
	if !ok {
		return ""
	}
	list := []string{name}
	for column, value := range row {
		list = append(list, column+"="+value)
	}
	slices.Sort(list[1:])
	return strings.Join(list, " ")
}

// TestKinds: the table is whole: what is answered is a kind, what is written is a row that its feed takes.
func TestKinds(t *testing.T) {
	seen := map[string]bool{}
	for _, k := range decision.Kinds() {
		if seen[k.Name] {
			t.Errorf("%s stands there twice", k.Name)
		}
		seen[k.Name] = true
		if k.About == "" || k.Verb == "" && k.Name != decision.Withdraw {
			t.Errorf("%s: about %q, verb %q", k.Name, k.About, k.Verb)
		}
		for _, a := range k.Answers {
			if _, ok := decision.KindOf(a); !ok {
				t.Errorf("%s answers %s, which is no kind", k.Name, a)
			}
		}
		for _, c := range k.Columns {
			if c.Name == "" || c.Type == "" {
				t.Errorf("%s: a column is not declared by its feed: %+v", k.Name, c)
			}
		}
		if k.Feed == "" {
			continue
		}
		if _, ok := feed.Get(k.Feed); !ok {
			t.Errorf("%s writes into %s, which is no feed", k.Name, k.Feed)
		}
	}
}

// TestRows: every kind with a feed writes the columns that the feed must have, and none that it does not have.
func TestRows(t *testing.T) {
	o := newOffice(t)
	o.must("bob", "tier.propose", "C1", "tier=2", "effective_from=2026-12-01", "card=gold", "rule_version=2026")
	o.must("rita", "tier.review", "C1")
	written := map[string]string{"tier.approve": o.must("max", "tier.approve", "C1")}
	o.must("bob", "tier.propose", "C2", "tier=2", "effective_from=2026-12-01")
	o.must("rita", "tier.review", "C2")
	written["tier.override"] = o.must("max", "tier.override", "C2", "tier=一级")
	written["tier.notify"] = o.must("bob", "tier.notify", "C2", "notified_at=2026-11-20 10:00", "notice_channel=短信")
	o.must("kim", "tier.input", "C1", "quarter=2026-Q4", "parts=sites 3; manual -5", "evidence=评定表")
	written["tier.input.approve"] = o.must("rita", "tier.input.approve", "C1")
	written["target.set"] = o.must("max", "target.set", "C1", "period=2026-Q4", "scope=manager:M001", "value=0.95", "floor=0.9")
	written["duty.waive"] = o.must("ann", "duty.waive", "C1", "kind=走访", "window_start=2026-11-01", "window_end=2026-11-30")
	o.must("ina", "breach.report", "M001", "kind=虚假走访", "reported_on=2026-10-30")
	written["breach.confirm"] = o.must("mia", "breach.confirm", "M001", "heard_on=2026-11-01")
	want := map[string]string{
		"tier.approve": "tier_history approved_at=2026-11-02T09:00:00+08:00 approved_by=max card=gold customer_id=C1 effective_from=2026-12-01 " +
			"reason=because rule_version=2026 tier=2",
		"tier.override": "tier_history approved_at=2026-11-02T09:00:00+08:00 approved_by=max customer_id=C2 effective_from=2026-12-01 " +
			"reason=override: because tier=1",
		"tier.notify": "tier_history approved_at=2026-11-02T09:00:00+08:00 approved_by=max customer_id=C2 effective_from=2026-12-01 " +
			"notice_channel=短信 notified_at=2026-11-20 10:00:00 reason=override: because tier=1",
		"tier.input.approve": "tier_inputs approved_by=rita customer_id=C1 entered_by=M001 evidence=评定表 parts=sites 3; manual -5 quarter=2026-Q4",
		"target.set":         "targets floor=0.9 kpi=C1 period=2026-Q4 scope=manager:M001 value=0.95",
		"duty.waive":         "duties customer_id=C1 duty_id=D000011 kind=visit waived_by=ann waived_reason=because window_end=2026-11-30 window_start=2026-11-01",
		"breach.confirm": "breaches breach_id=D000012 confirmed_by=mia confirmed_on=2026-11-02 heard_on=2026-11-01 kind=虚假走访 " +
			"manager_id=M001 reported_on=2026-10-30",
	}
	for _, k := range decision.Kinds() {
		if k.Feed == "" {
			continue
		}
		got := o.row(written[k.Name])
		if diff := cmp.Diff(want[k.Name], got); diff != "" {
			t.Errorf("%s: %s", k.Name, diff)
		}
		f, _ := feed.Get(k.Feed)
		for _, c := range f.Columns {
			if c.Required && !strings.Contains(got, " "+c.Name+"=") {
				t.Errorf("%s leaves %s.%s empty", k.Name, f.Name, c.Name)
			}
		}
		for _, cell := range strings.Fields(got)[1:] {
			column, _, ok := strings.Cut(cell, "=")
			if _, known := f.Column(column); ok && !known {
				t.Errorf("%s writes %s, which %s does not have", k.Name, column, f.Name)
			}
		}
	}
}

func TestDecide_words(t *testing.T) {
	o := newOffice(t)
	for _, c := range []struct {
		key, who, kind, subject string
		args                    []string
	}{
		{"decision.kind.unknown", "max", "tier.rise", "C1", nil},
		{"decision.no_subject", "max", "target.set", " ", []string{"period=2026", "scope=company", "value=1"}},
		{"decision.column_missing", "max", "target.set", "C1", []string{"period=2026", "scope=company"}},
		{"decision.column_unknown", "max", "target.set", "C1", []string{"period=2026", "scope=company", "value=1", "who=me"}},
		{"decision.column_bad", "max", "target.set", "C1", []string{"period=2026", "scope=company", "value=95 %"}},
		{"decision.column_bad", "max", "target.set", "C1", []string{"period=2026", "scope=everybody", "value=1"}},
		{"period.bad", "max", "target.set", "C1", []string{"period=October", "scope=company", "value=1"}},
		{"decision.column_bad", "bob", "tier.propose", "C1", []string{"tier=5", "effective_from=2026-12-01"}},
		{"decision.column_bad", "bob", "tier.propose", "C1", []string{"tier=1", "effective_from=01.12.2026"}},
		{"decision.column_bad", "ann", "duty.waive", "C1", []string{"kind=visit", "window_start=2026-11-30", "window_end=2026-11-01"}},
		{"decision.answers_nothing", "max", "target.set", "C1", []string{"period=2026", "scope=company", "value=1", "answers=D000001"}},
		{"people.may_not", "kim", "target.set", "C1", []string{"period=2026", "scope=company", "value=1"}},
		{"people.may_not", "root", "target.set", "C1", []string{"period=2026", "scope=company", "value=1"}},
	} {
		if c.who == "root" {
			o.person["root"] = people.Person{ID: "root"}
		}
		o.refused(c.key, c.who, c.kind, c.subject, c.args...)
	}
	if _, err := o.desk.Decide(t.Context(), o.person["max"], "target.set", "C1", "  ", nil); err == nil {
		t.Error("a decision without a reason")
	}
	if n := len(o.history().All()); n != 0 {
		t.Errorf("%d decisions were made", n)
	}
}

// TestDecide_threePersons: proposed, reviewed and approved by three; whoever has a part in it decides nothing more of it.
func TestDecide_threePersons(t *testing.T) {
	o := newOffice(t)
	o.refused("decision.nothing_open", "rita", "tier.review", "C1")
	first := o.must("ann", "tier.propose", "C1", "tier=2", "effective_from=2026-12-01")
	o.refused("decision.under_way", "bob", "tier.propose", "C1", "tier=1", "effective_from=2026-12-01")
	o.refused("decision.same_person", "ann", "tier.review", "C1")
	o.refused("people.may_not", "max", "tier.review", "C1")
	o.refused("decision.nothing_open", "max", "tier.approve", "C1") // not reviewed yet
	o.refused("decision.answers_other", "rita", "tier.review", "C2", "answers="+first)
	o.refused("decision.unknown", "rita", "tier.review", "C1", "answers=D000099")
	review := o.must("rita", "tier.review", "C1")
	o.refused("decision.answered", "ron", "tier.review", "C1", "answers="+first)
	back := o.must("max", "tier.return", "C1")
	if d, _ := o.history().Get(back); d.Answers() != review {
		t.Errorf("returned %s, want %s", d.Answers(), review)
	}
	o.refused("decision.answered", "mia", "tier.approve", "C1", "answers="+review)
	o.must("bob", "tier.propose", "C1", "tier=1", "effective_from=2026-12-01")
	var states []bool
	for _, d := range o.history().All() {
		states = append(states, o.history().Open(d))
	}
	if diff := cmp.Diff([]bool{false, false, false, true}, states); diff != "" {
		t.Error(diff)
	}
}

// TestDecide_together: of fifty who approve or return one tier at once, one does.
func TestDecide_together(t *testing.T) {
	o := newOffice(t)
	o.must("bob", "tier.propose", "C1", "tier=2", "effective_from=2026-12-01")
	o.must("rita", "tier.review", "C1")
	var all sync.WaitGroup
	var mu sync.Mutex
	var won []string
	keys := map[string]int{}
	for i := range 50 {
		all.Go(func() {
			kind, who := "tier.approve", []string{"max", "mia"}[i%2]
			if i%3 == 0 {
				kind = "tier.return"
			}
			d, err := o.try(who, kind, "C1")
			mu.Lock()
			defer mu.Unlock()
			if f, ok := errors.AsType[*fault.Error](err); ok {
				keys[f.Key]++
			} else if err != nil {
				t.Error(err)
			} else {
				won = append(won, d.ID)
			}
		})
	}
	all.Wait()
	if len(won) != 1 || keys["decision.nothing_open"] != 49 {
		t.Errorf("%v won, others: %v", won, keys)
	}
	rows, err := o.store.AuditRows(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	done, failed := 0, 0
	for _, r := range rows {
		if strings.HasPrefix(r.Verb, "tier.approve") && r.Outcome == store.Done {
			done++
		}
		if strings.HasPrefix(r.Verb, "tier.approve") && r.Outcome == store.Failed {
			failed++
		}
	}
	if done != 1 || failed != 49 {
		t.Errorf("the audit has %d done and %d failed, want 1 and 49", done, failed)
	}
}

func TestDecide_withdraw(t *testing.T) {
	o := newOffice(t)
	o.must("bob", "tier.propose", "C1", "tier=2", "effective_from=2026-12-01")
	o.refused("decision.not_yours", "ann", decision.Withdraw, "D000001")
	o.must("rita", "tier.review", "C1")
	approval := o.must("max", "tier.approve", "C1")
	o.refused("decision.built_on", "bob", decision.Withdraw, "D000001")
	o.refused("people.may_not", "rita", decision.Withdraw, approval)
	o.refused("decision.unknown", "max", decision.Withdraw, "D000099")
	out := o.must("mia", decision.Withdraw, approval) // anybody who could have decided it
	if got := o.row(approval); got != "" {
		t.Errorf("a withdrawn approval writes %s", got)
	}
	o.refused("decision.withdrawn", "max", decision.Withdraw, approval)
	o.refused("decision.final", "max", decision.Withdraw, out)
	o.must("max", "tier.approve", "C1") // the review waits again
	if h := o.history(); h.AnsweredBy("D000002") != "D000005" || h.WithdrawnBy(approval) != out {
		t.Errorf("answered by %s, withdrawn by %s", h.AnsweredBy("D000002"), h.WithdrawnBy(approval))
	}
}

// What was answered is not withdrawn from under its answer, and the message says who may do what; where the answer was
// carried out, nobody may.
func TestDecide_withdrawAnswered(t *testing.T) {
	o := newOffice(t)
	dispute := []string{"kpi=C1", "row=W1", "period=2026-10", "claim=not_counted", "manager_id=M001"}
	o.must("kim", decision.RowDispute, "C1 2026-10 W1 M001", dispute...)
	o.must("bob", decision.RowDismiss, "C1 2026-10 W1 M001")
	_, err := o.try("kim", decision.Withdraw, "D000001")
	want := "decision D000001 was answered by D000002 (row.dismiss, by BOB (bob)) and is not withdrawn from under it. Somebody with the right " +
		"row.decide may withdraw that first: kamlens decide decision.withdraw D000002; then D000001 waits again, and only kim, who made it, may withdraw it"
	if got := fault.Text(text.EN, err); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	o.must("rita", decision.Withdraw, "D000002") // as the message says
	o.must("kim", decision.Withdraw, "D000001")

	proposed := o.must("max", decision.FreezePropose, "2026-10")
	o.must("mia", decision.FreezeConfirm, "2026-10")
	o.refused("decision.carried_out", "max", decision.Withdraw, proposed)
}

// TestDecide_closed: nothing takes effect in a closed month, whether it was closed before the proposal or after.
func TestDecide_closed(t *testing.T) {
	o := newOffice(t)
	o.must("bob", "tier.propose", "C1", "tier=2", "effective_from=2026-10-15")
	o.must("rita", "tier.review", "C1")
	manifest := filepath.Join(o.config.Dir("frozen"), "2026-10", "1", "manifest.json")
	if err := errors.Join(os.MkdirAll(filepath.Dir(manifest), 0o700),
		os.WriteFile(manifest, []byte(`{"period": "2026-10", "part": 1, "measures": ["B1", "C1"]}`), 0o600)); err != nil {
		t.Fatal(err)
	}
	closed, err := decision.Closed(o.config)
	if err != nil {
		t.Fatal(err)
	}
	for of, want := range map[string]string{"C1 2026-10": decision.EffectAdjustment, "G2 2026-10": decision.EffectRuling,
		"C1 2026-11": decision.EffectRuling, "C1 2026-Q4": decision.EffectRuling} {
		id, period, _ := strings.Cut(of, " ")
		p, err := calendar.ParsePeriod(period)
		if got := decision.Effect(closed, id, p); err != nil || got != want {
			t.Errorf("%s: %s, want %s (%v)", of, got, want, err)
		}
	}
	o.refused("decision.closed", "max", "tier.approve", "C1")
	o.refused("decision.closed", "bob", "tier.propose", "C2", "tier=2", "effective_from=2026-10-01")
	o.must("bob", "tier.propose", "C2", "tier=2", "effective_from=2026-11-01")
	o.must("max", "tier.return", "C1")
}

// TestDecide_rules: an entry is read as one of a rule file and must fit the rules there are.
func TestDecide_rules(t *testing.T) {
	o := newOffice(t)
	source := []string{"document=S1", "heading=四", "quote=七日内"}
	set := func(args ...string) []string { return append(args, source...) }
	o.refused("rules.bad", "max", decision.RuleSet, "params.reopen_window", set("value=7")...)                        // from when?
	o.refused("rules.bad", "max", decision.RuleSet, "params.reopen_window", "value=7", "from=2026-11-01")             // says who?
	o.refused("rules.bad", "max", decision.RuleSet, "params.reopen_window", set("value=seven", "from=2026-11-01")...) //
	o.refused("rules.bad", "max", decision.RuleSet, "params.reopen_window", set("from=2026-11-01")...)                // what?
	o.refused("rules.bad", "max", decision.RuleSet, "reopen_window", set("value=7", "from=2026-11-01")...)            //
	o.refused("rules.bad", "max", decision.RuleSet, "limits.nothing", set("limit=4 hours", "clock=working", "from=2026-11-01")...)
	o.must("max", decision.RuleSet, "params.reopen_window", set("value=7", "from=2026-11-01")...)
	if n := len(o.history().Rules()); n != 1 {
		t.Errorf("%d rules", n)
	}
}

// TestHistory_Reaches: what was taken off the end is missed.
func TestHistory_Reaches(t *testing.T) {
	o := newOffice(t)
	for _, period := range []string{"2026-10", "2026-11", "2026-12"} {
		o.must("max", "target.set", "C1", "period="+period, "scope=company", "value=0.9")
	}
	before := o.history().Head()
	o.must("max", "target.set", "C1", "period=2027-01", "scope=company", "value=0.9")
	if h := o.history(); before.Lines != 3 || !h.Reaches(before) || !h.Reaches(h.Head()) {
		t.Error("a journal that only grew does not reach what it was")
	}
	data, err := os.ReadFile(decision.JournalPath(o.config))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(string(data), "\n")
	if err := os.WriteFile(decision.JournalPath(o.config), []byte(strings.Join(lines[:2], "")), 0o600); err != nil {
		t.Fatal(err)
	}
	if o.history().Reaches(before) {
		t.Error("a journal cut short reaches what it was")
	}
	o.must("max", "target.set", "C1", "period=2027-02", "scope=company", "value=0.9")
	if o.history().Reaches(before) {
		t.Error("a journal cut short and written on reaches what it was")
	}
}

func TestCheckText(t *testing.T) {
	for s, good := range map[string]bool{"同意，见 <录音> & #12": true, "": true, "##": true, "###": false, "two\nlines": false, "\x00": false,
		"half \xe5": false, strings.Repeat("长", 1334): false} {
		if err := decision.CheckText(s); (err == nil) != good {
			t.Errorf("%q: %v", s, err)
		}
	}
}

// docs/decisions.md shows the table of kinds as it is.
func TestDocs(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("..", "..", "docs", "decisions.md"))
	if err != nil {
		t.Fatal(err)
	}
	or := func(s, otherwise string) string {
		if s == "" {
			return otherwise
		}
		return s
	}
	rows := 0
	for line := range strings.Lines(string(data)) {
		if strings.HasPrefix(line, "| `") {
			rows++
		}
	}
	if rows != len(decision.Kinds()) {
		t.Errorf("the table has %d rows, there are %d kinds", rows, len(decision.Kinds()))
	}
	for _, k := range decision.Kinds() {
		verb := "that of the decision"
		if k.Verb != "" {
			verb = "`" + string(k.Verb) + "`"
		}
		row := "| `" + k.Name + "` | " + verb + " | " + k.About + " | " + k.ColumnNames() + " | " + or(strings.Join(k.Answers, ", "), "-") +
			" | " + or(k.Feed, "-") + " |\n"
		if !strings.Contains(string(data), row) {
			t.Errorf("docs/decisions.md lacks %s", row)
		}
	}
}

// A desk remembers the decisions that it made, and takes in what another one made meanwhile.
func TestDesk_besideAnother(t *testing.T) {
	o := newOffice(t)
	first, second := o.desk, decision.NewDesk(o.config, people.New(o.store, time.Now), time.Now)
	o.must("bob", "tier.propose", "C1", "tier=2", "effective_from=2026-12-01")
	o.desk = second
	o.must("rita", "tier.review", "C1")
	o.desk = first
	o.refused("decision.answered", "ron", "tier.review", "C1", "answers=D000001")
	approved := o.must("max", "tier.approve", "C1")
	o.must("mia", "decision.withdraw", approved)
	o.must("mia", "tier.approve", "C1")
	if _, err := decision.Journal(o.config).Verify(); err != nil {
		t.Error(err)
	}
}
