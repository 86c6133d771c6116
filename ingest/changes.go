package ingest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
)

// changedColumns bounds the columns that are named of one key.
const changedColumns = 4

// columnsOf names, for every example of a key whose content changes, the columns that do, with the old value and the new.
func (h *history) columnsOf(ctx context.Context, conn *sql.Conn, list []example, table, fresh string) error {
	was, err := h.contents(ctx, conn, table)
	if err != nil {
		return err
	}
	now, err := h.contents(ctx, conn, fresh)
	if err != nil {
		return err
	}
	for i, e := range list {
		if e.what != "changed" || was[e.key] == nil || now[e.key] == nil {
			continue
		}
		var changes []string
		for j, name := range h.used {
			if a, b := was[e.key][j], now[e.key][j]; a != b {
				changes = append(changes, fmt.Sprintf("%s %q -> %q", name, clip(a, 40), clip(b, 40)))
			}
		}
		if len(changes) > changedColumns {
			changes = append(changes[:changedColumns], "…")
		}
		list[i].columns = strings.Join(changes, ", ")
	}
	return nil
}

// contents returns the current values of the changed keys that are shown, by the name of the key.
func (h *history) contents(ctx context.Context, conn *sql.Conn, table string) (found map[string][]string, err error) {
	on, cells := make([]string, len(h.feed.Key)), make([]string, len(h.used))
	for i, k := range h.feed.Key {
		on[i] = fmt.Sprintf("t.%[1]s is not distinct from c.%[1]s", ident(k))
	}
	for i, c := range h.used {
		cells[i] = "coalesce(cast(t." + ident(c) + " as VARCHAR), '')"
	}
	rows, err := conn.QueryContext(ctx, fmt.Sprintf(`select %s, %s from %s t
		join (select * from kl_changed where what = 'changed' order by %s limit %d) c on %s where t.superseded_by is null`,
		h.keyName("t"), strings.Join(cells, ", "), table, h.keyName("kl_changed"), shown, strings.Join(on, " and ")))
	if err != nil {
		return nil, fmt.Errorf("name the changes: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	found = map[string][]string{}
	for rows.Next() {
		values := make([]string, len(h.used)+1)
		into := make([]any, len(values))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			return nil, fmt.Errorf("name the changes: %w", err)
		}
		found[values[0]] = values[1:]
	}
	return found, rows.Err()
}

// keyName is the expression for the key of a row of table as one text.
func (h *history) keyName(table string) string {
	key := make([]string, len(h.feed.Key))
	for i, k := range h.feed.Key {
		key[i] = "coalesce(cast(" + table + "." + ident(k) + " as VARCHAR), '')"
	}
	return "concat_ws(' | ', " + strings.Join(key, ", ") + ")"
}
