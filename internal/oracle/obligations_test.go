package oracle

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// facts builds facts by feed, with the limits and parameters that the tests need.
func facts(t *testing.T, asOf string, feeds map[string][]record, limits ...limitRule) *Facts {
	t.Helper()
	f := &Facts{AsOf: at(t, asOf), feeds: feeds, promises: map[string]record{}}
	f.Rules = Rules{Limits: limits, Params: []paramRule{
		{"reopen_window_days", 7}, {"close_working_day", 5}, {"close_calendar_days", 7}, {"collection_grace_days", 0},
		{"transfer_protection_days", 30}, {"churn_zero_months", 3},
	}}
	f.index()
	f.all = f.subjects()
	return f
}

// brief writes rows as "subject day num/den" or "subject excluded".
func brief(rows []Row, kpi string) []string {
	var all []string
	for _, r := range rows {
		switch {
		case r.KPI != kpi:
		case r.Excluded != "":
			all = append(all, r.Subject+" "+r.Excluded)
		default:
			all = append(all, fmt.Sprintf("%s %s %d/%d", r.Subject, date(r.Anchor).Format("01-02"), r.Num, r.Den))
		}
	}
	return all
}

func event(at, typ string) record {
	return record{"case_id": "W1", "at": at, "type": typ, "actor_kind": "human", "public": "1"}
}

// TestProgress: an update every 4 hours round the clock. From 08:00 one is due at 12:00: the word at 12:00:00 keeps it, the
// next is due at 16:00 and comes at 16:00:01: missed; from 16:00 on (the missed instant) the next is due at 20:00, kept by
// that word; from 16:00:01 on the case is solved before 20:00:01: no more.
func TestProgress(t *testing.T) {
	f := facts(t, "2026-11-01 00:00:00", map[string][]record{
		"cases": {{"case_id": "W1", "customer_id": "C1", "kind": "fault", "created_at": "2026-10-12 08:00:00"}},
		"case_events": {
			event("2026-10-12 12:00:00", "respond"), event("2026-10-12 16:00:01", "progress"), event("2026-10-12 19:00:00", "resolve"),
		},
	}, limitRule{Rule: "progress", Limit: "4 hours", Clock: "calendar"})
	want := []string{"W1/1 10-12 1/1", "W1/2 10-12 0/1", "W1/3 10-12 1/1"}
	if diff := cmp.Diff(want, brief(f.progressRows(&f.all[0]), "B3")); diff != "" {
		t.Error(diff)
	}
}

// TestProgress_never: nobody ever says a word: at most fifty are owed, however long the case stays open; none where no events are kept.
func TestProgress_never(t *testing.T) {
	feeds := map[string][]record{"cases": {{"case_id": "W1", "customer_id": "C1", "kind": "fault", "created_at": "2026-10-12 08:00:00"}}}
	hourly := limitRule{Rule: "progress", Limit: "1 hours", Clock: "calendar"}
	f := facts(t, "2026-11-01 00:00:00", feeds, hourly)
	if n := len(f.progressRows(&f.all[0])); n != 0 {
		t.Errorf("%d updates are owed where nobody keeps them, want none", n)
	}
	feeds["case_events"] = []record{{"case_id": "W2", "at": "2026-10-12 08:00:00", "type": "respond"}}
	f = facts(t, "2026-11-01 00:00:00", feeds, hourly)
	if n := len(f.progressRows(&f.all[0])); n != 50 {
		t.Errorf("%d updates are owed, want 50", n)
	}
}

// TestOutage: two faults of one circuit, 10:00-12:00 and 11:00-13:00: 7200 s and the 3600 s that the first does not cover; a
// fault of another circuit counts in full, one whose end lies before its start nothing.
func TestOutage(t *testing.T) {
	fault := func(id, circuit, from, to string) record {
		return record{
			"case_id": id, "customer_id": "C1", "kind": "fault", "circuit_id": circuit, "created_at": "2026-10-12 " + from,
			"reported_at": "2026-10-12 " + from, "restored_at": "2026-10-12 " + to,
		}
	}
	f := facts(t, "2026-11-01 00:00:00", map[string][]record{"cases": {
		fault("W2", "L1", "11:00:00", "13:00:00"), fault("W1", "L1", "10:00:00", "12:00:00"),
		fault("W3", "L2", "11:00:00", "12:00:00"), fault("W4", "L3", "11:00:00", "10:59:59"),
	}})
	got := map[string]int64{}
	for _, r := range f.outageRows() {
		got[r.Subject] = r.Num
	}
	if diff := cmp.Diff(map[string]int64{"W1": 7200, "W2": 3600, "W3": 3600, "W4": 0}, got); diff != "" {
		t.Error(diff)
	}
}

// TestCurrent: a bill of 100 due on 10-15, so that its month closes on the later of 11-06 (the fifth working day; 11-02 is a
// Monday) and 11-07 (seven days). A payment that bounces on 11-07 is none, one that bounces on the day after counts; what is
// paid on the day after the due date does not, nor more than the bill; a credit note of the due date makes the bill smaller,
// one of the day after does not.
func TestCurrent(t *testing.T) {
	bill := func(id string, more record) record {
		r := record{"bill_id": id, "customer_id": "C1", "account_month": "2026-09", "issued_on": "2026-09-27", "due_on": "2026-10-15", "amount_fen": "100", "kind": "normal", "recurring": "1"}
		for k, v := range more {
			r[k] = v
		}
		return r
	}
	pay := func(bill, on, reversed, fen string) record {
		return record{"payment_id": bill, "bill_id": bill, "paid_on": on, "reversed_on": reversed, "amount_fen": fen}
	}
	note := func(ref, on string) record {
		return bill("N"+ref, record{"kind": "credit_note", "ref_bill": ref, "issued_on": on, "amount_fen": "-30"})
	}
	f := facts(t, "2026-12-01 00:00:00", map[string][]record{
		"bills": {
			bill("B1", nil), bill("B2", nil), bill("B3", nil), bill("B4", nil), bill("B5", nil), note("B5", "2026-10-15"),
			bill("B6", nil), note("B6", "2026-10-16"), bill("B7", record{"disputed_from": "2026-10-15", "disputed_to": "2026-10-16"}),
			bill("B8", record{"disputed_from": "2026-10-01", "disputed_to": "2026-10-15"}), bill("B9", record{"agreed_due_on": "2026-11-20"}),
		},
		"payments": {
			pay("B1", "2026-10-15", "2026-11-07", "100"), pay("B2", "2026-10-15", "2026-11-08", "100"), pay("B3", "2026-10-16", "", "100"),
			pay("B4", "2026-10-14", "", "150"), pay("B5", "2026-10-14", "", "70"), pay("B6", "2026-10-14", "", "70"), pay("B9", "2026-11-20", "", "100"),
		},
	})
	want := []string{
		"B1 10-15 0/100", "B2 10-15 100/100", "B3 10-15 0/100", "B4 10-15 100/100", "B5 10-15 70/70", "B6 10-15 70/100",
		"B7 in_dispute", "B8 10-15 0/100", "B9 11-20 100/100",
	}
	if diff := cmp.Diff(want, brief(f.arrearsRows(), "I1")); diff != "" {
		t.Error(diff)
	}
}

// TestCallback: solved on Monday, called back in vain on three half-days of Tuesday and Wednesday (two tries in one morning are
// one): attempted in two working days, not reached, and so not asked.
func TestCallback(t *testing.T) {
	f := facts(t, "2026-11-01 00:00:00", map[string][]record{
		"cases": {{
			"case_id": "W1", "customer_id": "C1", "kind": "complaint", "created_at": "2026-10-12 08:00:00",
			"callback_at": "2026-10-14 09:00:00", "callback_result": "unreached",
		}},
		"case_events": {
			event("2026-10-12 12:00:00", "resolve"), event("2026-10-13 09:00:00", "callback_try"), event("2026-10-13 11:59:59", "callback_try"),
			event("2026-10-13 12:00:00", "callback_try"), event("2026-10-14 09:00:00", "callback_try"),
		},
	}, limitRule{Rule: "callback", Limit: "2 working_days"})
	rows := f.callbackRows(&f.all[0])
	got := append(brief(rows, "D3"), append(brief(rows, "D3.attempted"), brief(rows, "D4")...)...)
	if diff := cmp.Diff([]string{"W1 10-14 0/1", "W1 10-14 1/1"}, got); diff != "" {
		t.Error(diff)
	}
}
