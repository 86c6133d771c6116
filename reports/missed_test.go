package reports

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/text"
)

// TestMissed_row: when it fell due, when it was done, how late that was, and what was required. The data is of
// 2026-11-01 00:00.
func TestMissed_row(t *testing.T) {
	missed := func(details []kpi.Detail) kpi.Row {
		return kpi.Row{SubjectID: "W1", SubjectKind: "case", Num: ptr(int64(0)), Den: ptr(int64(1)), Details: details}
	}
	duty := kpi.Row{SubjectID: "C000400/2026-09-01/2", SubjectKind: "duty", Num: ptr(int64(1)), Den: ptr(int64(3)), Details: []kpi.Detail{
		{Name: "window_from_on", Value: "2026-09-01"}, {Name: "window_to_on", Value: "2026-10-30"}, {Name: "visits", Value: int64(1)}}}
	for _, c := range []struct {
		name string
		row  kpi.Row
		lang text.Lang
		want []string // subject, due, done, late, required and done
	}{
		{"late", missed(caseDetails("2026-10-05 09:52:47", "2026-10-05 11:22:47", 5400)), text.ZH, // 90 minutes
			[]string{"W1", "2026-10-05 09:52", "2026-10-05 11:22", "1.5/1.5 小时", "到期未完成，迟 1.5 小时完成；用时（工作时间）1.5 小时"}},
		{"late", missed(caseDetails("2026-10-05 09:52:47", "2026-10-05 11:22:47", 5400)), text.EN,
			[]string{"W1", "2026-10-05 09:52", "2026-10-05 11:22", "1.5/1.5 h", "not done when due, done 1.5 h late; Took (working time): 1.5 h"}},
		{"by two days after two nights", missed(caseDetails("2026-10-05 09:00:00", "2026-10-07 09:00:00", 0)), text.EN, // 48 h
			[]string{"W1", "2026-10-05 09:00", "2026-10-07 09:00", "48.0/48.0 h", "not done when due, done 48.0 h late; Took (working time): 0 s"}},
		{"never", missed(caseDetails("2026-10-30 12:00:00", nil, 5400)), text.ZH, // 36 hours to midnight of the 31st
			[]string{"W1", "2026-10-30 12:00", "未完成", "36.0/36.0 小时", "到期未完成，至 2026-11-01 00:00 仍未完成"}},
		{"never", missed(caseDetails("2026-10-30 12:00:00", nil, 5400)), text.EN,
			[]string{"W1", "2026-10-30 12:00", "not done", "36.0/36.0 h", "not done when due, nor by 2026-11-01 00:00"}},
		{"given up before it was due", missed(caseDetails("2026-10-05 09:00:00", "2026-10-04 09:00:00", 5400)), text.EN,
			[]string{"W1", "2026-10-05 09:00", "2026-10-04 09:00", "0.0/0 s", "ended before it was due, but not as required (closed as impossible or given up, for example)"}},
		{"a duty whose window ended with the 30th", duty, text.ZH, // 24 hours to midnight of the 31st
			[]string{"走访窗口 2026-09-01 至 2026-10-30", "2026-10-30", "1 次，应 3 次", "24.0/24.0 小时", "要求 3 次，完成 1 次，缺 2 次"}},
		{"a duty", duty, text.EN, []string{"visits from 2026-09-01 to 2026-10-30", "2026-10-30", "1 of 3", "24.0/24.0 h", "3 required, 1 done, 2 missing"}},
		{"a measure that does not say when", missed(nil), text.EN, []string{"W1", "—", "—", "—/—", "1 required, 0 done, 1 missing"}},
	} {
		f := newFake(false)
		a := newAsker(f, kpi.Everything(), options(t, c.lang))
		m := missedOn(f.defs[0], c.row, f.asOf)
		times := a.missedTimes(m)
		got := []string{a.missedSubject(m), times[0].Text, times[1].Text, times[2].Text + "/" + times[2].OnPage(), a.missedWords(m)}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s, %s (-want +got)\n%s", c.name, c.lang, diff)
		}
	}
}

// TestMissed_order: the latest come first and stay when the list is cut; equally late ones keep their order.
func TestMissed_order(t *testing.T) {
	var m missedOf
	for i := range 1001 { // late by 0, 7, 14 ... 994, 1, 8 ... minutes: 7i modulo 1001
		m.add(missedRow{late: time.Duration(7*i%1001) * time.Minute})
	}
	m.sort()
	if m.total != 1001 || len(m.list) != missedShown {
		t.Fatalf("%d of %d", len(m.list), m.total)
	}
	for i, r := range m.list { // 7i runs over the multiples of 7 below 1001, seven times over: 143 lengths, seven of each
		if want := time.Duration(994-7*(i/7)) * time.Minute; r.late != want {
			t.Fatalf("row %d is %v late, want %v", i, r.late, want)
		}
	}
	var equal missedOf
	for _, id := range []string{"a", "b", "c"} {
		equal.add(missedRow{row: kpi.Row{SubjectID: id}})
	}
	equal.sort()
	if equal.list[0].row.SubjectID != "a" || equal.list[2].row.SubjectID != "c" {
		t.Errorf("%+v", equal.list)
	}
}
