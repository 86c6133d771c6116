package calendar_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kamlens/kamlens/internal/calendar"
	"github.com/kamlens/kamlens/internal/fault"
)

func day(s string) time.Time {
	d, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return d
}

func shanghai(t *testing.T) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// office is the calendar that most of these tests are about.
func office(t *testing.T) calendar.Spec {
	t.Helper()
	return calendar.Spec{
		Zone: shanghai(t), Hours: []string{"08:30-12:00", "14:00-18:00"},
		Weekdays: []string{"mon", "tue", "wed", "thu", "fri"}, China: true,
	}
}

func build(t *testing.T, s calendar.Spec, from, to string) map[string]calendar.Day {
	t.Helper()
	days, err := calendar.Build(s, day(from), day(to))
	if err != nil {
		t.Fatal(err)
	}
	byDate := map[string]calendar.Day{}
	for _, d := range days {
		byDate[d.Date.Format(time.DateOnly)] = d
	}
	return byDate
}

// TestBuild_workingDays: the working days of each month as other people counted them from the notices.
func TestBuild_workingDays(t *testing.T) {
	days := build(t, office(t), "2024-01-01", "2026-12-31")
	for year, want := range map[int][]int{
		2024: {22, 18, 21, 22, 21, 19, 23, 22, 21, 19, 21, 22}, // 251
		2025: {19, 19, 21, 22, 19, 20, 23, 21, 23, 18, 20, 23}, // 248
		2026: {21, 16, 22, 21, 19, 21, 23, 21, 22, 18, 21, 23}, // 248
	} {
		got := make([]int, 12)
		for _, d := range days {
			if d.Date.Year() == year && d.Workday {
				got[d.Date.Month()-1]++
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%d\n%s", year, diff)
		}
	}
}

// TestBuild_exchangedDays: weekdays off minus weekend days worked is 11 a year until 2024 and 13 from 2025, but for
// years whose blocks reach over the turn of the year or had extra days.
func TestBuild_exchangedDays(t *testing.T) {
	days := build(t, office(t), "2007-01-01", "2026-12-31")
	correction := map[int]int{2007: -1, 2011: 1, 2012: -1, 2015: -1, 2020: -2}
	for year := 2007; year <= 2026; year++ {
		got := 0
		for _, d := range days {
			weekend := d.Date.Weekday() == time.Saturday || d.Date.Weekday() == time.Sunday
			switch {
			case d.Date.Year() != year:
			case weekend && d.Workday:
				got--
			case !weekend && !d.Workday:
				got++
			}
		}
		want := 11
		if year >= 2025 {
			want = 13
		}
		if got+correction[year] != want {
			t.Errorf("%d: %d weekdays off more than weekend days worked, want %d (%+d)", year, got, want, -correction[year])
		}
	}
}

// TestBuild_agreesWithNotices compares every day of 2010 to 2026 with a data project that keeps the same notices.
func TestBuild_agreesWithNotices(t *testing.T) {
	dir := os.Getenv("KAMLENS_DATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "data")
	}
	dir = filepath.Join(dir, "holiday_cn")
	if _, err := os.Stat(dir); errors.Is(err, os.ErrNotExist) {
		t.Skip("data: holiday_cn is not in KAMLENS_DATA")
	}
	off := map[string]bool{}
	for year := 2009; year <= 2027; year++ { // the notice of a year may set days of its neighbours
		data, err := os.ReadFile(filepath.Join(dir, strconv.Itoa(year)+".json"))
		if err != nil {
			t.Fatal(err)
		}
		var file struct {
			Days []struct {
				Date     string `json:"date"`
				IsOffDay bool   `json:"isOffDay"`
			} `json:"days"`
		}
		if err := json.Unmarshal(data, &file); err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Days {
			off[d.Date] = d.IsOffDay
		}
	}
	days := build(t, office(t), "2010-01-01", "2026-12-31")
	compared := 0
	for date, d := range days {
		weekend := d.Date.Weekday() == time.Saturday || d.Date.Weekday() == time.Sunday
		want := !weekend
		if isOff, named := off[date]; named {
			want = !isOff
		}
		if d.Workday != want || d.Provisional {
			t.Errorf("%s: workday %v provisional %v, want %v and false", date, d.Workday, d.Provisional, want)
		}
		compared++
	}
	if compared != 17*365+4 { // leap days of 2012, 2016, 2020, 2024
		t.Errorf("%d days compared", compared)
	}
}

// TestBuild_precedence: a loaded day beats the notice, the notice beats the week.
func TestBuild_precedence(t *testing.T) {
	s := office(t)
	s.Special = []calendar.Override{
		{Day: day("2026-10-01"), Class: "shift", Hours: []string{"10:00-12:00"}, Name: "值班"}, // a public holiday
		{Day: day("2026-10-08"), Class: "holiday", Name: "公司放假"},                             // a Thursday
		{Day: day("2026-10-17"), Class: "workday"},                                           // a Saturday
		{Day: day("2026-10-10"), Class: "holiday"},                                           // a Saturday worked in exchange
		{Day: day("2027-02-08"), Class: "workday"},                                           // a year without a notice
	}
	days := build(t, s, "2026-01-01", "2027-12-31")
	const hours = 7*3600 + 1800 // 08:30-12:00 and 14:00-18:00
	for date, want := range map[string]int64{
		"2026-10-01": 2 * 3600, "2026-10-02": 0, "2026-10-08": 0, "2026-10-09": hours, "2026-10-10": 0, "2026-10-17": hours,
		"2026-10-18": 0, "2026-02-14": hours, "2026-02-15": 0,
	} {
		d := days[date]
		var got int64
		for i := range d.Open {
			got += d.Close[i] - d.Open[i]
		}
		if got != want || d.Workday != (want > 0) {
			t.Errorf("%s: %d working seconds, workday %v; want %d", date, got, d.Workday, want)
		}
	}
	if d := days["2027-02-08"]; d.Provisional {
		t.Error("a day that was loaded is provisional")
	}
	if d := days["2027-10-02"]; !d.Provisional || d.Workday || d.Holiday != "国庆节" {
		t.Errorf("2027-10-02: %+v; want a provisional holiday by law", d)
	}
}

// TestEdge34_nextYearsNotice: the days of December that next year's notice puts off or on hold by it: 元旦 of 2019 was 2018-12-30 to
// 2019-01-01, with Saturday 2018-12-29 worked in exchange; 2023 began with 2022-12-31 off. Saturday the 22nd and Monday the 24th are in
// no notice.
func TestEdge34_nextYearsNotice(t *testing.T) {
	days := build(t, office(t), "2018-12-01", "2023-01-31")
	for date, works := range map[string]bool{
		"2018-12-22": false, "2018-12-24": true, "2018-12-28": true, "2018-12-29": true, "2018-12-30": false, "2018-12-31": false, "2019-01-01": false,
		"2019-01-02": true, "2022-12-30": true, "2022-12-31": false, "2023-01-02": false, "2023-01-03": true,
	} {
		if d := days[date]; d.Workday != works || d.Provisional {
			t.Errorf("%s: workday %v provisional %v, want %v and false", date, d.Workday, d.Provisional, works)
		}
	}
}

// TestBuild_sums: work_before and work_no run through, and instants are those of the zone.
func TestBuild_sums(t *testing.T) {
	days := build(t, office(t), "2026-01-01", "2026-12-31")
	// 2026-01-01..03 off, Sunday 01-04 worked in exchange: 01-05 has one working day and 7.5 h before it.
	d := days["2026-01-05"]
	if d.WorkBefore != 27000 || d.WorkNo != 2 {
		t.Errorf("2026-01-05: %d s before, day number %d; want 27000 and 2", d.WorkBefore, d.WorkNo)
	}
	if want := time.Date(2026, 1, 5, 8, 30, 0, 0, shanghai(t)).Unix(); d.Open[0] != want || d.Start != want-30600 {
		t.Errorf("opens at %d, midnight %d; want %d", d.Open[0], d.Start, want)
	}
	if next := days["2026-01-06"].Start; d.Open[2] != next || d.Close[2] != next {
		t.Errorf("the unused interval is %d-%d, want the next midnight %d", d.Open[2], d.Close[2], next)
	}
}

// TestBuild_summerTime: in a zone with summer time a day has 23 or 25 hours.
func TestBuild_summerTime(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	s := calendar.Spec{Zone: zone, Hours: []string{"00:00-24:00"}, Weekdays: []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}}
	days := build(t, s, "2026-01-01", "2026-12-31")
	for date, hours := range map[string]int64{"2026-03-28": 24, "2026-03-29": 23, "2026-10-25": 25} {
		d := days[date]
		if got := (d.Close[0] - d.Open[0]) / 3600; got != hours {
			t.Errorf("%s has %d hours, want %d", date, got, hours)
		}
	}
}

func TestBuild_refuses(t *testing.T) {
	for name, test := range map[string]struct {
		spec calendar.Spec
		says string
	}{
		"four intervals": {calendar.Spec{Hours: []string{"01:00-02:00", "03:00-04:00", "05:00-06:00", "07:00-08:00"}}, "at most 3"},
		"overnight":      {calendar.Spec{Hours: []string{"22:00-06:00"}}, "22:00-06:00"},
		"overlap":        {calendar.Spec{Hours: []string{"08:00-12:00", "11:00-13:00"}}, "overlap"},
		"not a time":     {calendar.Spec{Hours: []string{"8-12"}}, "8-12"},
		"25 o'clock":     {calendar.Spec{Hours: []string{"08:00-25:00"}}, "25:00"},
		"weekday":        {calendar.Spec{Weekdays: []string{"monday"}}, "monday"},
		"week":           {calendar.Spec{Week: map[string][]string{"xyz": nil}}, "xyz"},
	} {
		test.spec.Zone = time.UTC
		_, err := calendar.Build(test.spec, day("2026-01-01"), day("2026-01-02"))
		if fault.KindOf(err) != fault.Usage || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: err = %v, want %q", name, err, test.says)
		}
	}
}

// TestWorkRows: every working second x is found by its bucket in exactly one interval with f_from < x <= f_to.
func TestWorkRows(t *testing.T) {
	days, err := calendar.Build(office(t), day("2026-01-01"), day("2026-12-31"))
	if err != nil {
		t.Fatal(err)
	}
	type interval struct{ from, to, open int64 }
	buckets := map[int64][]interval{}
	for row := range calendar.WorkRows(days) {
		b := row[0].(int64)
		buckets[b] = append(buckets[b], interval{row[1].(int64), row[2].(int64), row[3].(int64)})
	}
	last := days[len(days)-1]
	for x := int64(1); x <= last.WorkBefore; x += 449 { // a step that falls on edges and between them
		found := 0
		for _, i := range buckets[x-x%calendar.Bucket] {
			if i.from < x && x <= i.to {
				found++
			}
		}
		if found != 1 {
			t.Fatalf("x = %d is in %d intervals", x, found)
		}
	}
	// 12:00 on the first working day is 12600 working seconds: the closing instant, not the next opening.
	want := time.Date(2026, 1, 4, 12, 0, 0, 0, shanghai(t)).Unix()
	for _, i := range buckets[12600-12600%calendar.Bucket] {
		if i.from < 12600 && 12600 <= i.to && i.open+12600-i.from != want {
			t.Errorf("12600 s is %d, want %d", i.open+12600-i.from, want)
		}
	}
}

func TestPeriodRows(t *testing.T) {
	days, err := calendar.Build(office(t), day("2025-01-01"), day("2026-12-31"))
	if err != nil {
		t.Fatal(err)
	}
	got := map[string][2]int32{}
	for row := range calendar.PeriodRows(days) {
		got[row[1].(string)] = [2]int32{row[6].(int32), row[7].(int32)}
	}
	for period, want := range map[string][2]int32{
		"2026-10": {31, 18}, "2026-Q1": {90, 59}, "2026-H2": {184, 128}, "2026": {365, 248}, "2025": {365, 248},
	} {
		if got[period] != want {
			t.Errorf("%s: days and working days %v, want %v", period, got[period], want)
		}
	}
	if len(got) != 2*(12+4+2+1) {
		t.Errorf("%d periods", len(got))
	}
}
