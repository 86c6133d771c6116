package main

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/feed"
	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/store"
	"github.com/kamlens/kamlens/internal/text"
	"github.com/kamlens/kamlens/internal/warehouse"
)

// coverage prints which feeds and months hold data, and for each measure whether the loaded feeds allow it, which
// columns it still needs, and which months it will find empty.
func (a *app) coverage(ctx context.Context) error {
	return a.withDoor(ctx, func(c config.Config, door *kpi.Door) error {
		gaps, err := a.coverageOfFeeds(ctx, door)
		if err != nil {
			return err
		}
		filled, err := a.filled(ctx, c)
		if err != nil {
			return err
		}
		a.fact("doctor.measures")
		works := 0
		list := door.Catalogue()
		for _, def := range list {
			var missing []string
			for _, need := range def.Needs {
				if n, asked := filled[need]; asked && n == 0 {
					missing = append(missing, need)
				}
			}
			if len(missing) > 0 {
				a.fact("doctor.kpi_needs", def.ID, def.Name(a.lang()), strings.Join(missing, ", "))
				continue
			}
			works++
			_, _ = fmt.Fprintln(a.stdout, a.lang().T("doctor.kpi_ok", def.ID, def.Name(a.lang()))+emptyMonths(a.lang(), def, gaps))
		}
		a.say("doctor.coverage", works, len(list))
		return nil
	})
}

// coverageOfFeeds prints what there is of every feed and returns the months without rows of feeds of events.
func (a *app) coverageOfFeeds(ctx context.Context, door *kpi.Door) (map[string][]string, error) {
	feeds, err := door.Feeds(ctx, kpi.Everything())
	if err != nil {
		return nil, err
	}
	months, err := door.FeedMonths(ctx, kpi.Everything())
	if err != nil {
		return nil, err
	}
	held := map[string][]int{}
	for _, m := range months {
		held[m.Feed] = append(held[m.Feed], m.Month)
	}
	a.fact("doctor.feeds")
	l, gaps, missing := a.lang(), map[string][]string{}, []string{}
	until := door.LastFullMonth().LastMonth()
	for _, f := range feeds {
		declared, _ := feed.Get(f.Feed)
		if f.Rows == 0 {
			missing = append(missing, f.Feed+" "+declared.Title.In(l))
			continue
		}
		line := l.T("doctor.feed", f.Feed, declared.Title.In(l), kpi.FormatCount(f.Rows))
		if list := held[f.Feed]; len(list) > 0 {
			line += l.T("doctor.feed.months", monthName(list[0]), monthName(list[len(list)-1]))
			found, empty, all := monthGaps(list, until)
			switch {
			case 2*empty > all: // what happens seldom has empty months by nature
				line += l.T("doctor.feed.sparse", all-empty, all)
			case empty > 0:
				gaps[f.Feed] = found
				line += l.T("doctor.feed.gaps", strings.Join(found, ", "))
			}
		}
		if f.PresumedUntil != "" {
			line += l.T("doctor.feed.presumed", f.PresumedUntil)
		}
		_, _ = fmt.Fprintln(a.stdout, line)
	}
	if len(missing) > 0 {
		a.fact("doctor.feeds_missing", strings.Join(missing, l.T("dashboard.list.comma")))
	}
	return gaps, nil
}

// emptyMonths says which months a measure finds empty, feed by feed.
func emptyMonths(l text.Lang, def kpi.Definition, gaps map[string][]string) string {
	var out strings.Builder
	var said []string
	for _, need := range def.Needs {
		name, _, _ := strings.Cut(need, ".")
		if len(gaps[name]) > 0 && !slices.Contains(said, name) {
			said = append(said, name)
			out.WriteString(l.T("doctor.kpi_gaps", name, strings.Join(gaps[name], ", ")))
		}
	}
	return out.String()
}

// monthGaps are the months (202610) from the first that holds rows to until that hold none, neighbours as a range; and
// how many they are, of how many.
func monthGaps(held []int, until int) (gaps []string, empty, all int) {
	first, last := 0, 0
	flush := func() {
		if first != 0 && first == last {
			gaps = append(gaps, monthName(first))
		} else if first != 0 {
			gaps = append(gaps, monthName(first)+".."+monthName(last))
		}
		first = 0
	}
	for m := held[0]; m <= until; m = nextMonth(m) {
		all++
		if slices.Contains(held, m) {
			flush()
			continue
		}
		empty++
		if last = m; first == 0 {
			first = m
		}
	}
	flush()
	return gaps, empty, all
}

func nextMonth(m int) int {
	if m%100 == 12 {
		return m + 89 // 202612 -> 202701
	}
	return m + 1
}

func monthName(m int) string { return fmt.Sprintf("%04d-%02d", m/100, m%100) }

// filled returns for each column that some measure needs how many current rows have a value in it.
func (a *app) filled(ctx context.Context, c config.Config) (map[string]int64, error) {
	var path string
	err := a.withStore(ctx, func(_ config.Config, s *store.Store) error {
		p, err := s.Current(ctx)
		path = filepath.Join(c.Dir("snapshots"), p.Snapshot)
		return err
	})
	if err != nil {
		return nil, err
	}
	d, err := warehouse.OpenSnapshot(ctx, path, engineOptions(c))
	if err != nil {
		return nil, err
	}
	defer d.Close() //nolint:errcheck // only read
	rows, err := d.SQL().QueryContext(ctx, "select need, filled from needs_state")
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // rows.Err below says all there is to say
	filled := map[string]int64{}
	for rows.Next() {
		var need string
		var n int64
		if err := rows.Scan(&need, &n); err != nil {
			return nil, err
		}
		filled[need] = n
	}
	return filled, rows.Err()
}
