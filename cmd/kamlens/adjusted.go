package main

import (
	"context"
	"fmt"
	"strconv"

	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/people"
	"github.com/kamlens/kamlens/internal/text"
)

// adjusted prints the answers of a question both ways, and the lines that make the difference.
func (a *app) adjusted(ctx context.Context, door *kpi.Door, q kpi.Question, format string) error {
	write, err := writerOf(format)
	if err != nil {
		return err
	}
	q.Compare = false
	answers, err := door.Adjusted(ctx, kpi.Everything(), q)
	if err != nil {
		return asUsage(err)
	}
	if format == "json" {
		return a.writeJSON(append([]kpi.Adjusted{}, answers...)) // an empty list is no null
	}
	names, err := namesOf(ctx, door, q.By)
	if err != nil {
		return err
	}
	if err := write(a.stdout, adjustedSheet(a.lang(), door, q.By, names, answers, format == "csv")); err != nil || format == "csv" {
		return err
	}
	return a.printLines(answers, len(q.By) > 0)
}

// adjustedSheet lays answers out: as they stand, and with the lines.
func adjustedSheet(l text.Lang, door *kpi.Door, dims []kpi.Dim, names map[kpi.Dim]map[string]string, answers []kpi.Adjusted, raw bool) sheet {
	words := []string{"kpi", "name", "period"}
	for range dims {
		words = append(words, "manager")
	}
	t := sheet{text: len(words)}
	words = append(words, "num", "den", "value", "adjusted_num", "adjusted_den", "adjusted_value", "lines", "status")
	for _, w := range words {
		if !raw {
			w = l.T("adjusted.head." + w)
		}
		t.head = append(t.head, w)
	}
	for _, x := range answers {
		def, err := door.Definition(x.KPI)
		if err != nil {
			continue // an answer always has its definition
		}
		row := []string{x.KPI, def.Name(l), x.Period}
		for _, dim := range dims {
			if raw {
				row = append(row, x.By[string(dim)])
			} else {
				row = append(row, withID(dim, x.By, byLabel(l, dim, names, x.By)))
			}
		}
		value, changed, status := plain(x.Value), plain(x.AdjustedValue), string(x.Status)
		if !raw {
			value, changed, status = kpi.Format(l, def, x.Value), kpi.Format(l, def, x.AdjustedValue), statusText(l, x.Answer)
		}
		t.rows = append(t.rows, append(row, whole(x.Num), whole(x.Den), value, whole(x.AdjustedNum), whole(x.AdjustedDen), changed,
			strconv.Itoa(len(x.Lines)), status))
	}
	return t
}

// printLines lists the lines of the answers.
func (a *app) printLines(answers []kpi.Adjusted, byManager bool) error {
	l := a.lang()
	t := sheet{text: 5}
	for _, key := range []string{"decision", "kpi", "period", "row", "manager", "num", "den", "by", "reason"} {
		t.head = append(t.head, l.T("adjusted.head."+key))
	}
	for _, x := range answers {
		for _, line := range x.Lines {
			t.rows = append(t.rows, []string{line.Decision, line.KPI, line.Period, line.SubjectID, people.Signature(line.ManagerID, line.ManagerName),
				signed(line.Num), signed(line.Den), line.DecidedBy, line.Reason})
		}
	}
	if len(t.rows) == 0 {
		a.say("adjusted.none")
		return nil
	}
	if _, err := fmt.Fprintln(a.stdout); err != nil {
		return err
	}
	if byManager {
		a.say("adjusted.both_ways")
	}
	return writeTable(a.stdout, t)
}

// signed writes a part of a line with its sign.
func signed(n *int64) string {
	if n == nil {
		return ""
	}
	return fmt.Sprintf("%+d", *n)
}
