package ingest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
)

// merge brings the staged rows of a file into the table of its feed:
//   - of several contents of one key in the file the highest updated_at wins, else the later line;
//   - content equal to the current version of its key is no version at all;
//   - otherwise the row becomes the current version, and the one before is superseded, unless both carry updated_at and
//     the one that is there is later.
type merge struct {
	conn  *sql.Conn
	b     *batch
	table string
	lines bool // the stage has the line of every row (kl_line)
	stamp bool // updated_at is mapped
	cols  []string
	keys  []string // key columns that are mapped; others are NULL in every row of the file

	closing string   // condition on the rows t that the stage is the whole list of; "": it is not
	trusted bool     // the stage was worked out from the lists: nothing of it was rejected
	extra   []string // columns that are not the feed's and count as content
}

func newMerge(conn *sql.Conn, b *batch) *merge {
	m := &merge{conn: conn, b: b, table: ident(b.feed.Name)}
	mapped := map[string]bool{}
	for _, v := range b.plan.values {
		m.cols = append(m.cols, v.col.Name)
		mapped[v.col.Name] = true
	}
	m.stamp = mapped["updated_at"]
	for _, k := range b.feed.Key {
		if mapped[k] {
			m.keys = append(m.keys, k)
		}
	}
	if b.closes() {
		m.closing = scopeOf(b.source)
	}
	return m
}

// exec runs one statement and returns the rows it touched.
func (m *merge) exec(ctx context.Context, what, query string, args ...any) (int64, error) {
	res, err := m.conn.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", what, err)
	}
	return res.RowsAffected()
}

// direct inserts the rows of query straight into a table without current rows.
func (m *merge) direct(ctx context.Context, query string) (int64, error) {
	return m.exec(ctx, "load", fmt.Sprintf("insert into %s (%s, batch_id) select *, %d from (%s)", m.table,
		idents(m.cols), m.b.id, query))
}

// stage puts the rows of query into a temporary table.
func (m *merge) stage(ctx context.Context, query string) (int64, error) {
	if _, err := m.exec(ctx, "stage", "create or replace temp table kl_stage as "+query); err != nil {
		return 0, err
	}
	var n int64
	err := m.conn.QueryRowContext(ctx, "select count(*) from kl_stage").Scan(&n)
	return n, err
}

// keyTwice reports whether two rows of the file share a key. It compares hashes: an equal hash of different keys only
// costs the careful path.
func (m *merge) keyTwice(ctx context.Context, direct bool) (bool, error) {
	from := "kl_stage"
	if direct {
		from = fmt.Sprintf("%s where batch_id = %d", m.table, m.b.id)
	}
	var twice bool
	err := m.conn.QueryRowContext(ctx, "select count(*) > count(distinct hash("+idents(m.keys)+")) from "+from).Scan(&twice)
	if err != nil {
		return false, fmt.Errorf("check keys: %w", err)
	}
	return twice, nil
}

// run merges the stage into the table.
func (m *merge) run(ctx context.Context) error {
	if m.b.isSnapshot() && !m.trusted {
		return m.list(ctx)
	}
	if err := m.rank(ctx); err != nil {
		return err
	}
	if err := m.compare(ctx); err != nil {
		return err
	}
	if err := m.apply(ctx); err != nil {
		return err
	}
	if m.closing != "" {
		if err := m.closeMissing(ctx); err != nil {
			return err
		}
	}
	_, err := m.exec(ctx, "clean up", "drop table if exists kl_ranked; drop table if exists kl_verdict; drop table kl_stage")
	return err
}

// rank orders the contents of each key within the file: kl_rank 1 is the one that holds.
func (m *merge) rank(ctx context.Context) error {
	line, order := "0", "kl_line desc"
	if m.lines {
		line = "kl_line"
	} else {
		order = "1" // keys do not repeat: the fast path has checked
	}
	if m.stamp {
		order = "updated_at desc nulls last, " + order
	}
	twice := false
	if m.lines {
		var err error
		if twice, err = m.keyTwice(ctx, false); err != nil {
			return err
		}
	}
	if !twice {
		_, err := m.exec(ctx, "rank", "create or replace temp table kl_ranked as select *, 1 as kl_rank from kl_stage")
		return err
	}
	before, err := m.count(ctx, "kl_stage")
	if err != nil {
		return err
	}
	_, err = m.exec(ctx, "rank", fmt.Sprintf(`create or replace temp table kl_ranked as
		with content as (select %[1]s, max(%[2]s) as kl_line from kl_stage group by all)
		select *, row_number() over (partition by %[3]s order by %[4]s) as kl_rank from content`,
		idents(m.cols), line, idents(m.keys), order))
	if err != nil {
		return err
	}
	after, err := m.count(ctx, "kl_ranked")
	if err != nil {
		return err
	}
	m.b.counts.unchanged += before - after
	return m.findClashes(ctx)
}

func (m *merge) count(ctx context.Context, table string) (n int64, err error) {
	err = m.conn.QueryRowContext(ctx, "select count(*) from "+table).Scan(&n)
	return n, err
}

// findClashes names the first keys to which the file gives more than one content.
func (m *merge) findClashes(ctx context.Context) (err error) {
	key := make([]string, len(m.keys))
	for i, k := range m.keys {
		key[i] = "coalesce(cast(" + ident(k) + " as VARCHAR), '')"
	}
	rows, err := m.conn.QueryContext(ctx, fmt.Sprintf(`select concat_ws(' | ', %s),
		string_agg(kl_line, ', ' order by kl_rank desc) from kl_ranked group by %s having count(*) > 1
		order by min(kl_line)`, strings.Join(key, ", "), idents(m.keys)))
	if err != nil {
		return fmt.Errorf("find clashes: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var c clash
		if err := rows.Scan(&c.key, &c.lines); err != nil {
			return fmt.Errorf("find clashes: %w", err)
		}
		m.b.clashes = append(m.b.clashes, c)
	}
	return rows.Err()
}

// compare finds, for every staged row, the current version of its key.
func (m *merge) compare(ctx context.Context) error {
	var on, same []string
	mapped := map[string]bool{}
	for _, c := range m.cols {
		mapped[c] = true
	}
	for _, k := range m.b.feed.Key {
		if mapped[k] {
			on = append(on, fmt.Sprintf("t.%[1]s is not distinct from s.%[1]s", ident(k)))
		} else {
			on = append(on, fmt.Sprintf("t.%s is null", ident(k)))
		}
	}
	for _, c := range m.extra {
		same = append(same, fmt.Sprintf("t.%[1]s is not distinct from s.%[1]s", ident(c)))
	}
	for _, c := range m.b.feed.Columns {
		if mapped[c.Name] {
			same = append(same, fmt.Sprintf("t.%[1]s is not distinct from s.%[1]s", ident(c.Name)))
		} else {
			same = append(same, fmt.Sprintf("t.%s is null", ident(c.Name)))
		}
	}
	older := "false"
	if m.stamp {
		older = "coalesce(t.updated_at > s.updated_at, false)"
	}
	_, err := m.exec(ctx, "compare", fmt.Sprintf(`create or replace temp table kl_verdict as
		select s.rowid as sid, t.rowid as tid, t.batch_id as winner, s.kl_rank, %s as same, %s as older
		from kl_ranked s join %s t on t.superseded_by is null and %s`,
		strings.Join(same, " and "), older, m.table, strings.Join(on, " and ")))
	return err
}

// apply supersedes the versions that are replaced and inserts the new ones.
func (m *merge) apply(ctx context.Context) error {
	c := &m.b.counts
	n, err := m.exec(ctx, "supersede", fmt.Sprintf(`update %s as t set superseded_by = %d from kl_verdict v
		where t.rowid = v.tid and v.kl_rank = 1 and not v.same and not v.older`, m.table, m.b.id))
	if err != nil {
		return err
	}
	c.superseded += n
	cols := make([]string, len(m.cols))
	for i, col := range m.cols {
		cols[i] = "s." + ident(col)
	}
	n, err = m.exec(ctx, "insert", fmt.Sprintf(`insert into %[1]s (%[2]s, batch_id, superseded_by)
		select %[3]s, %[4]d, case when s.kl_rank > 1 then %[4]d when v.older then v.winner end
		from kl_ranked s left join kl_verdict v on v.sid = s.rowid where not coalesce(v.same, false)`,
		m.table, idents(m.cols), strings.Join(cols, ", "), m.b.id))
	if err != nil {
		return err
	}
	c.loaded += n
	var same int64
	if err := m.conn.QueryRowContext(ctx, "select count(*) from kl_verdict where same").Scan(&same); err != nil {
		return fmt.Errorf("count unchanged: %w", err)
	}
	c.unchanged += same
	return nil
}

// takeBack undoes the batch that this one replaces: its rows are superseded, and what they had superseded is current
// again, or superseded by whatever came after them.
func (b *batch) takeBack(ctx context.Context, conn *sql.Conn) error {
	f := b.feed
	if b.isSnapshot() {
		f = b.dated
	}
	on := make([]string, len(f.Key))
	for i, k := range f.Key {
		on[i] = fmt.Sprintf("o.%[1]s is not distinct from t.%[1]s", ident(k))
	}
	table := ident(f.Name)
	_, err := conn.ExecContext(ctx, fmt.Sprintf(`update %[1]s as t set superseded_by = o.superseded_by
		from (select * from %[1]s where batch_id = %[2]d and (superseded_by is null or superseded_by <> %[2]d)) o
		where t.superseded_by = %[2]d and t.batch_id <> %[2]d and %[3]s`, table, b.replace, strings.Join(on, " and ")))
	if err != nil {
		return fmt.Errorf("take back batch %d: %w", b.replace, err)
	}
	res, err := conn.ExecContext(ctx, fmt.Sprintf(`update %s set superseded_by = %d
		where batch_id = %d and (superseded_by is null or superseded_by = %[3]d)`, table, b.id, b.replace))
	if err != nil {
		return fmt.Errorf("take back batch %d: %w", b.replace, err)
	}
	n, err := res.RowsAffected()
	if err != nil {
		return err
	}
	b.counts.superseded += n
	_, err = conn.ExecContext(ctx, "update batches set undone_by = ? where batch_id = ?", b.id, b.replace)
	return err
}
