package calendar

import (
	"database/sql/driver"
	"iter"
	"time"
)

// Bucket is the width in seconds of the buckets of calendar_work.
const Bucket = 3600

// DayColumns is the layout of calendar_days; the meaning of the columns is documented in docs/ARCHITECTURE.md.
const DayColumns = `day DATE, ym INTEGER, yq INTEGER, yh INTEGER, y INTEGER, dow INTEGER, is_workday BOOLEAN,
	day_no BIGINT, work_no BIGINT, work_no_next BIGINT, day_s BIGINT, work_before_s BIGINT,
	open1_s BIGINT, close1_s BIGINT, open2_s BIGINT, close2_s BIGINT, open3_s BIGINT, close3_s BIGINT,
	holiday VARCHAR, provisional BOOLEAN`

// WorkColumns is the layout of calendar_work.
const WorkColumns = `bucket BIGINT, f_from BIGINT, f_to BIGINT, open_s BIGINT, day DATE`

// PeriodColumns is the layout of calendar_periods.
const PeriodColumns = `period_kind VARCHAR, period VARCHAR, starts_on DATE, ends_on DATE, first_ym INTEGER,
	last_ym INTEGER, days INTEGER, work_days INTEGER`

// DayRows yields the rows of calendar_days.
func DayRows(days []Day) iter.Seq[[]driver.Value] {
	return func(yield func([]driver.Value) bool) {
		for _, d := range days {
			y, m := d.Date.Year(), int(d.Date.Month())
			next := d.WorkNo
			if !d.Workday {
				next++
			}
			row := []driver.Value{
				d.Date, int32(y*100 + m), int32(y*10 + (m+2)/3), int32(y*10 + (m+5)/6), int32(y),
				int32((int(d.Date.Weekday())+6)%7 + 1), d.Workday,
				d.Date.Unix() / 86400, d.WorkNo, next, d.Start, d.WorkBefore,
				d.Open[0], d.Close[0], d.Open[1], d.Close[1], d.Open[2], d.Close[2], orNull(d.Holiday), d.Provisional,
			}
			if !yield(row) {
				return
			}
		}
	}
}

// WorkRows yields the rows of calendar_work: one for each working interval and each bucket that the working seconds
// (f_from, f_to] of the interval fall in.
func WorkRows(days []Day) iter.Seq[[]driver.Value] {
	return func(yield func([]driver.Value) bool) {
		for _, d := range days {
			f := d.WorkBefore
			for i := range d.Open {
				to := f + d.Close[i] - d.Open[i]
				for b := (f + 1) - (f+1)%Bucket; b <= to && to > f; b += Bucket {
					if !yield([]driver.Value{b, f, to, d.Open[i], d.Date}) {
						return
					}
				}
				f = to
			}
		}
	}
}

// PeriodRows yields the rows of calendar_periods: every month, quarter, half year and year of days, which are whole
// years.
func PeriodRows(days []Day) iter.Seq[[]driver.Value] {
	return func(yield func([]driver.Value) bool) {
		if len(days) == 0 {
			return
		}
		worked := make(map[time.Time]int64, len(days)) // working days before a day
		for _, d := range days {
			worked[d.Date] = d.WorkNo
			if d.Workday {
				worked[d.Date]--
			}
		}
		last := days[len(days)-1]
		end := last.Date.AddDate(0, 0, 1)
		worked[end] = last.WorkNo
		for _, kind := range []struct {
			kind   PeriodKind
			months int
		}{{Month, 1}, {Quarter, 3}, {Half, 6}, {Year, 12}} {
			for start := days[0].Date; start.Before(end); start = start.AddDate(0, kind.months, 0) {
				p := newPeriod(kind.kind, start.Year(), start.Month(), kind.months)
				row := []driver.Value{
					string(p.Kind), p.String(), p.Start, p.End, int32(p.FirstMonth()), int32(p.LastMonth()),
					int32(p.Days()), int32(worked[p.End] - worked[p.Start]),
				}
				if !yield(row) {
					return
				}
			}
		}
	}
}

func orNull(s string) driver.Value {
	if s == "" {
		return nil
	}
	return s
}
