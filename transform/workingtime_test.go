package transform_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kamlens/kamlens/transform/modeltest"
)

// The calendars of the outside cases, as lines of kamlens.yaml.
const (
	nineToFive = "timezone: UTC\n" + `calendar: {hours: ["09:00-17:00"], weekdays: [mon, tue, wed, thu, fri], holidays: none}`
	office     = "timezone: Asia/Shanghai\n" + `calendar: {hours: ["08:30-12:00", "14:00-18:00"], weekdays: [mon, tue, wed, thu, fri], holidays: china}`
	berlin8    = "timezone: Europe/Berlin\n" + `calendar: {hours: ["08:00-18:00"], weekdays: [mon, tue, wed, thu, fri], holidays: none}`
	berlin9    = "timezone: Europe/Berlin\n" + `calendar: {hours: ["09:00-18:00"], weekdays: [mon, tue, wed, thu, fri, sat, sun], holidays: none}`
)

func week(hours string) string {
	return "timezone: UTC\ncalendar: {hours: [], weekdays: [], holidays: none, week: {" + hours + "}}"
}

// elapsed is a pair of instants and the working seconds between them.
type elapsed struct {
	from, to string
	want     int
}

// TestWorkingTime_elapsed runs pairs that other projects publish through the model that the facts use: a case is
// created at the first instant and answered at the second. Sources: domain paper 8, sections 8.1, 8.3, 8.4, 8.7, 8.10.
// All times are civil times of the calendar's zone.
func TestWorkingTime_elapsed(t *testing.T) {
	for name, test := range map[string]struct {
		calendar, days string
		pairs          []elapsed
	}{
		"8.1 weekdays 9-17": {nineToFive, "", []elapsed{
			{"2014-04-07 10:00:00", "2014-04-07 15:00:00", 5 * 3600},
			{"2014-04-07 07:00:00", "2014-04-07 20:00:00", 8 * 3600},
			{"2014-04-11 20:00:00", "2014-04-14 05:00:00", 0},
			{"2014-04-13 09:10:24", "2014-04-14 09:10:24", 624},
			// 8.4
			{"2020-04-01 06:00:00", "2020-04-01 23:00:00", 8 * 3600},
			{"2020-04-01 18:00:00", "2020-04-02 12:00:00", 3 * 3600},
			{"2020-04-01 09:15:00", "2020-04-02 12:00:00", 10*3600 + 45*60},
			{"2020-04-04 09:00:00", "2020-04-06 08:00:00", 0},
		}},
		"8.1 a break": {week(`mon: ["07:00-12:00", "13:00-18:00"]`), "", []elapsed{
			{"2014-04-07 11:59:00", "2014-04-07 13:01:00", 120},
			{"2014-04-07 11:00:00", "2014-04-14 13:00:00", 11 * 3600},
		}},
		"8.1 Mondays round the clock": {week(`mon: ["00:00-24:00"]`), "", []elapsed{
			{"2014-04-06 12:00:00", "2016-04-06 12:00:00", 105 * 24 * 3600},
		}},
		"8.1 special hours": {nineToFive, `2014-04-07, shift, "10:00-12:00 14:00-17:00"`, []elapsed{
			{"2014-04-07 09:00:00", "2014-04-07 12:00:00", 7200},
			{"2014-04-07 09:00:00", "2014-04-07 14:00:00", 7200},
			{"2014-04-07 12:00:00", "2014-04-07 18:00:00", 10800},
			{"2014-04-07 08:00:00", "2014-04-07 09:00:00", 0},
		}},
		"8.3 Saturday's own hours": {week(`mon: ["09:00-17:00"], fri: ["09:00-17:00"], sat: ["10:00-15:00"]`), "", []elapsed{
			{"2010-12-24 15:00:00", "2010-12-27 11:00:00", 9 * 3600},
		}},
		"8.3 Monday to Wednesday": {week(`mon: ["09:00-18:00"], tue: ["09:00-18:00"], wed: ["09:00-18:00"]`), "", []elapsed{
			{"2012-05-28 08:04:26", "2012-05-29 14:56:45", 53805}, // 11:04:26+03 and 17:56:45+03
		}},
		"8.3 two days round the clock": {week(`mon: ["00:00-24:00"], fri: ["00:00-24:00"], sat: ["11:00-15:00"]`), "", []elapsed{
			{"2010-12-24 15:00:00", "2010-12-27 11:00:00", 24 * 3600},
		}},
		"8.3 always": {"timezone: UTC\n" + `calendar: {hours: ["00:00-24:00"], weekdays: [mon, tue, wed, thu, fri, sat, sun], holidays: none}`, "", []elapsed{
			{"2010-12-24 15:00:00", "2010-12-27 11:00:00", 68 * 3600},
		}},
		"8.3 eight to eight": {week(`mon: ["08:00-20:00"], tue: ["08:00-20:00"]`), "", []elapsed{
			{"2014-05-12 20:50:00", "2014-05-13 08:10:00", 600},
		}},
		"8.7 Berlin": {berlin8, "", []elapsed{ // created 09:30Z
			{"2013-03-21 10:30:00", "2013-03-21 15:00:00", 270 * 60},
			{"2013-03-21 10:30:00", "2013-03-21 12:30:00", 120 * 60},
			{"2013-03-21 10:30:00", "2013-03-21 14:00:00", 210 * 60},
		}},
		"8.10 holidays of China": {office, "", []elapsed{
			{"2026-02-13 17:00:00", "2026-02-24 09:30:00", 570 * 60}, // Saturday 02-14 is worked
			{"2025-09-27 10:00:00", "2025-09-29 09:00:00", 480 * 60}, // Sunday 09-28 is worked
			{"2025-09-30 17:00:00", "2025-10-09 09:00:00", 90 * 60},
			{"2024-02-09 08:30:00", "2024-02-09 18:00:00", 450 * 60}, // the eve is a working day in the notice
			{"2024-02-18 08:30:00", "2024-02-18 18:00:00", 450 * 60}, // a Sunday worked
		}},
	} {
		t.Run(name, func(t *testing.T) {
			var cases, want []string
			for i, p := range test.pairs {
				cases = append(cases, fmt.Sprintf("K%02d, C1, request, %s, %s", i, p.from, p.to))
				want = append(want, fmt.Sprintf("K%02d|%d", i, p.want))
			}
			r := modeltest.Setup{Config: test.calendar}.Run(t, given(cases, "", test.days), "fct_cases")
			if diff := cmp.Diff(want, r.Rows("fct_cases", "subject_id", "response_work_s")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func given(cases []string, events, days string) modeltest.Given {
	g := modeltest.Given{"cases": "case_id, customer_id, kind, created_at, first_response_at\n" + strings.Join(cases, "\n")}
	if events != "" {
		g["case_events"] = "case_id, at, type, reason\n" + events
	}
	if days != "" {
		g["calendar_days"] = "day, class, hours\n" + days
	}
	return g
}

// TestWorkingTime_deadline runs the published additions: a limit counted from an instant ends where.
func TestWorkingTime_deadline(t *testing.T) {
	for name, test := range map[string]struct {
		calendar, days, limit string
		from, due             string
	}{
		"8.1 45 minutes over a weekend":   {nineToFive, "", "45 minutes", "1991-11-15 16:30:42", "1991-11-18 09:15:42"},
		"8.1 120 seconds over a weekend":  {nineToFive, "", "2 minutes", "1991-11-15 16:59:42", "1991-11-18 09:01:42"},
		"8.1 hours of one date":           {nineToFive, `2019-12-27, shift, 10:00-18:00`, "2 minutes", "2019-12-27 09:00:00", "2019-12-27 10:02:00"},
		"8.4 a closing instant":           {nineToFive, "", "8 hours", "2020-04-01 06:00:00", "2020-04-01 17:00:00"},
		"8.4 three days from a Saturday":  {nineToFive, "", "24 hours", "2020-04-04 09:00:00", "2020-04-08 17:00:00"},
		"8.7 60 minutes":                  {berlin8, "", "60 minutes", "2013-03-21 10:30:00", "2013-03-21 11:30:00"},
		"8.7 120 minutes":                 {berlin8, "", "120 minutes", "2013-03-21 10:30:00", "2013-03-21 12:30:00"},
		"8.7 180 minutes":                 {berlin8, "", "180 minutes", "2013-03-21 10:30:00", "2013-03-21 13:30:00"},
		"8.7 120 minutes from a holiday":  {strings.Replace(berlin8, "18:00", "20:00", 1), "2016-11-01, holiday,", "120 minutes", "2016-11-01 14:56:21", "2016-11-02 10:00:00"},
		"8.7 1200 minutes from a holiday": {strings.Replace(berlin8, "18:00", "20:00", 1), "2016-11-01, holiday,", "1200 minutes", "2016-11-01 14:56:21", "2016-11-03 16:00:00"},
		// Days of a limit end at closing time: 3 working days after Monday 04-07 where only Monday and Wednesday are
		// worked and 04-09 is off are 04-14, 04-16 and 04-21.
		"8.1 three working days": {week(`mon: ["09:00-17:00"], wed: ["09:00-17:00"]`), "2014-04-09, holiday,", "3 working_days", "2014-04-07 10:00:00", "2014-04-21 17:00:00"},
		// Monday until Wednesday are two working days.
		"8.3 two working days": {week(`mon: ["09:00-17:00"], tue: ["09:00-17:00"], wed: ["09:00-17:00"]`), "", "2 working_days", "2010-12-20 10:00:00", "2010-12-22 17:00:00"},
	} {
		t.Run(name, func(t *testing.T) {
			r := modeltest.Setup{Config: test.calendar, Rules: limit(test.limit)}.
				Run(t, given([]string{"K, C1, request, " + test.from + ","}, "", test.days), "fct_cases")
			if diff := cmp.Diff([]string{test.due + "|" + test.due[:10]}, r.Rows("fct_cases", "response_due_at", "response_due_on")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func limit(text string) string {
	clock := "clock: working"
	if strings.HasSuffix(text, "days") {
		clock = "source: test"
	}
	return "limits: [{rule: first_response, limit: " + text + ", " + clock + "}]\nparams: [{name: reopen_window_days, value: 7}]\n"
}

// TestWorkingTime_pauses: waiting for the customer does not count (8.7). Created 10:00 local, open 09-18 every day.
func TestWorkingTime_pauses(t *testing.T) {
	for name, test := range map[string]struct {
		events, answered string
		work             int
		due              string
	}{
		// pauses 10:30-10:45 and 11:00-11:30 local: 120 min of work end at 12:45
		"two pauses": {"K, 2013-03-21 10:30:00, pause, 待客户\nK, 2013-03-21 10:45:00, resume,\nK, 2013-03-21 11:00:00, pause, 待客户\nK, 2013-03-21 11:30:00, resume,",
			"2013-03-21 12:45:00", 120 * 60, "2013-03-21 12:45:00"},
		// pending 11:00-11:30 local, answered 11:45: 105 - 30 = 75
		"answered after a pause": {"K, 2013-03-21 11:00:00, pause, 待客户\nK, 2013-03-21 11:30:00, resume,",
			"2013-03-21 11:45:00", 75 * 60, "2013-03-21 12:30:00"},
		// the same, answered 13:00: 180 - 30 = 150
		"late after a pause": {"K, 2013-03-21 11:00:00, pause, 待客户\nK, 2013-03-21 11:30:00, resume,",
			"2013-03-21 13:00:00", 150 * 60, "2013-03-21 12:30:00"},
		// pending from the beginning, ended 3 h later: nothing of it counts
		"pending from the beginning": {"K, 2013-03-21 10:00:00, pause, 待客户\nK, 2013-03-21 13:00:00, resume,",
			"2013-03-21 13:00:00", 0, "2013-03-21 15:00:00"},
		// waiting for another department does count (R4)
		"waiting for a colleague": {"K, 2013-03-21 11:00:00, pause, 待网络部\nK, 2013-03-21 11:30:00, resume,",
			"2013-03-21 11:45:00", 105 * 60, "2013-03-21 12:00:00"},
	} {
		t.Run(name, func(t *testing.T) {
			r := modeltest.Setup{Config: berlin9, Rules: limit("120 minutes")}.Run(t,
				given([]string{"K, C1, request, 2013-03-21 10:00:00, " + test.answered}, test.events, ""), "fct_cases")
			want := []string{fmt.Sprintf("%d|%s", test.work, test.due)}
			if diff := cmp.Diff(want, r.Rows("fct_cases", "response_work_s", "response_due_at")); diff != "" {
				t.Error(diff)
			}
		})
	}
}
