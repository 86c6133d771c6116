package ingest

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/warehouse"
)

// A full file is the whole list of its scope: what it does not hold is no more. Such a row is superseded by the batch
// without a version in its place.

// closes reports whether the batch is a whole list; a corrected reject file only adds to one.
func (b *batch) closes() bool {
	return b.source.Mode == config.ModeFull && b.source.Of == "" && !b.plan.reload
}

// scopeOf is the condition for rows t of the table to belong to what the source is the whole list of.
func scopeOf(s config.Source) string {
	parts := []string{"true"}
	for _, column := range slices.Sorted(maps.Keys(s.Scope)) {
		var values []string
		for _, v := range s.Scope[column] {
			values = append(values, warehouse.Literal(v))
		}
		parts = append(parts, fmt.Sprintf("cast(t.%s as VARCHAR) in (%s)", ident(column), strings.Join(values, ", ")))
	}
	return strings.Join(parts, " and ")
}

// closeMissing closes the rows in scope whose key the file does not hold, and refuses a file that would close too many.
func (m *merge) closeMissing(ctx context.Context) error {
	if err := m.holdRejected(ctx); err != nil {
		return err
	}
	mine := fmt.Sprintf("t.batch_id <> %d and (%s)", m.b.id, m.closing)
	var before int64
	err := m.conn.QueryRowContext(ctx, fmt.Sprintf(`select count(*) from %s t where %s and
		(t.superseded_by is null or t.superseded_by = %d)`, m.table, mine, m.b.id)).Scan(&before)
	if err != nil {
		return fmt.Errorf("count the rows in scope: %w", err)
	}
	n, err := m.exec(ctx, "close", fmt.Sprintf(`update %[1]s as t set superseded_by = %[2]d where t.superseded_by is null and %[3]s
		and not exists (select 1 from kl_ranked s where %[4]s) and not exists (select 1 from kl_held s where %[4]s)`,
		m.table, m.b.id, mine, m.sameKey()))
	if err != nil {
		return err
	}
	m.b.counts.closed += n
	if m.trusted || m.b.replay {
		return nil
	}
	return m.b.tooMany(n, before)
}

// sameKey joins a row t of the table with a row s of the stage.
func (m *merge) sameKey() string {
	mapped := map[string]bool{}
	for _, k := range m.keys {
		mapped[k] = true
	}
	on := make([]string, len(m.b.feed.Key))
	for i, k := range m.b.feed.Key {
		on[i] = fmt.Sprintf("t.%s is null", ident(k))
		if mapped[k] {
			on[i] = fmt.Sprintf("t.%[1]s is not distinct from s.%[1]s", ident(k))
		}
	}
	return strings.Join(on, " and ")
}

// tooMany refuses a list that lacks so many of the rows there were that it is more likely cut off.
func (b *batch) tooMany(gone, before int64) error {
	most := *b.source.MaxCloseShare
	if before == 0 || float64(gone) <= most*float64(before) {
		return nil
	}
	return fault.New(fault.Refused, "ingest.refused.closes", b.file.path, gone, before, 100*float64(gone)/float64(before),
		100*most, b.source.Name)
}

// holdRejected keeps the keys of rejected rows apart: the list does hold them, whatever is wrong with their content.
func (m *merge) holdRejected(ctx context.Context) error {
	if _, err := m.exec(ctx, "hold", fmt.Sprintf("create or replace temp table kl_held as select %s from %s limit 0",
		idents(m.keys), m.table)); err != nil || m.trusted {
		return err
	}
	marks := make([]string, len(m.keys))
	for i, k := range m.keys {
		c, _ := m.b.feed.Column(k)
		marks[i] = "cast(? as " + c.Type.SQL() + ")"
	}
	for _, r := range m.b.rejects {
		key, err := m.b.keyOf(r, m.keys)
		if err != nil {
			return err
		}
		if _, err := m.exec(ctx, "hold", "insert into kl_held values ("+strings.Join(marks, ", ")+")", key...); err != nil {
			return err
		}
	}
	return nil
}

// keyOf reads the key of a rejected row. Without it nobody can say what the list still holds: the file is refused.
func (b *batch) keyOf(r reject, keys []string) ([]any, error) {
	unreadable := fault.New(fault.Refused, "ingest.refused.key_unreadable", b.file.path, r.line, r.where(), clip(r.value, 60))
	if r.rec.bad != nil || len(r.rec.cells) != len(b.plan.header.names) {
		return nil, unreadable
	}
	out := make([]any, len(keys))
	for i, k := range keys {
		at := slices.IndexFunc(b.plan.values, func(v value) bool { return v.col.Name == k })
		text, _, why := b.plan.eval(&b.plan.values[at], r.rec, -1)
		if why != nil || text == "" && b.plan.values[at].col.Required {
			return nil, unreadable
		}
		if text != "" {
			out[i] = text
		}
	}
	return out, nil
}

// reopen brings back the rows that the batch in whose place b comes had closed, unless something came after them.
func (b *batch) reopen(ctx context.Context, conn *sql.Conn) error {
	on := make([]string, len(b.feed.Key))
	for i, k := range b.feed.Key {
		on[i] = fmt.Sprintf("o.%[1]s is not distinct from t.%[1]s", ident(k))
	}
	_, err := conn.ExecContext(ctx, fmt.Sprintf(`update %[1]s as t set superseded_by = null
		where t.superseded_by = %[2]d and t.batch_id <> %[2]d
		and not exists (select 1 from %[1]s o where (o.superseded_by is null or o.batch_id = %[2]d) and %[3]s)`,
		ident(b.feed.Name), b.replace, strings.Join(on, " and ")))
	if err != nil {
		return fmt.Errorf("reopen what batch %d closed: %w", b.replace, err)
	}
	return nil
}
