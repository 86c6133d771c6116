package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/text"
)

// checkRows prints the rows that a data check found in the published snapshot; how many there are in all goes to standard
// error.
func (a *app) checkRows(ctx context.Context, name, format string) error {
	write, err := writerOf(format)
	if err != nil {
		return err
	}
	return a.withDoor(ctx, func(_ config.Config, door *kpi.Door) error {
		found, err := a.checkResult(ctx, door, name)
		if err != nil {
			return err
		}
		lines, err := door.CheckRows(ctx, kpi.Everything(), name)
		if err != nil {
			return err
		}
		title := found.ZH
		if a.lang() == text.EN {
			title = found.EN
		}
		a.say("doctor.check", title, found.BadRows)
		if found.BadRows > int64(len(lines)) {
			a.say("kpi.cli.showing", len(lines), found.BadRows)
		}
		if write == nil {
			return a.writeJSON(rawRows(lines))
		}
		if len(lines) == 0 {
			return nil
		}
		rows, err := checkSheet(lines)
		if err != nil {
			return fmt.Errorf("check %s: %w", name, err)
		}
		return write(a.stdout, rows)
	})
}

// checkResult finds a check by name; an unknown name is refused with those of the checks that found rows.
func (a *app) checkResult(ctx context.Context, door *kpi.Door, name string) (kpi.CheckResult, error) {
	all, err := door.Checks(ctx)
	if err != nil {
		return kpi.CheckResult{}, err
	}
	if i := slices.IndexFunc(all, func(c kpi.CheckResult) bool { return c.Name == name }); i >= 0 {
		return all[i], nil
	}
	var found []string
	for _, c := range all {
		if c.BadRows > 0 {
			found = append(found, c.Name)
		}
	}
	return kpi.CheckResult{}, fault.New(fault.Usage, "doctor.no_check", name, firstOf(strings.Join(found, ", "), "-"))
}

// rawRows are rows that are JSON already.
func rawRows(lines []string) []json.RawMessage {
	rows := make([]json.RawMessage, len(lines))
	for i, l := range lines {
		rows[i] = json.RawMessage(l)
	}
	return rows
}

// checkSheet lays rows of one check out, with the columns that the check names in its order.
func checkSheet(lines []string) (sheet, error) {
	t := sheet{}
	for _, l := range lines {
		names, cells, err := cellsOf(l)
		if err != nil {
			return t, err
		}
		t.head, t.text = names, len(names)
		t.rows = append(t.rows, cells)
	}
	return t, nil
}

// cellsOf splits a JSON object into names and values, in the order in which they are written; a map would lose it.
func cellsOf(object string) (names, cells []string, err error) {
	d := json.NewDecoder(strings.NewReader(object))
	if _, err := d.Token(); err != nil {
		return nil, nil, err
	}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return nil, nil, err
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return nil, nil, err
		}
		names, cells = append(names, fmt.Sprint(name)), append(cells, cellOf(value))
	}
	return names, cells, nil
}

// cellOf is a JSON value as a cell: a text without its quotes, nothing for null, anything else as it is written.
func cellOf(value json.RawMessage) string {
	var s string
	if json.Unmarshal(value, &s) == nil { // null leaves it empty
		return s
	}
	return string(bytes.TrimSpace(value))
}
