package transform_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/kamlens/kamlens/ingest"
	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/store"
	"github.com/kamlens/kamlens/internal/warehouse"
	"github.com/kamlens/kamlens/transform"
)

// BenchmarkTransform10M runs the whole transform over a made-up warehouse of KAMLENS_BENCH_ROWS cases (default 10
// million) with 200 k customers per 10 M and 24 months, and prints the time of each step: "cases" with the customers,
// owners, tiers and services that cases need, "all" with their bills, visits and surveys as well, "families" as "cases"
// but with the measures only of satisfaction, response, resolution, retention and tiers. The baseline, in the same run,
// is one aggregation over the raw cases: what the engine needs to read them once.
func BenchmarkTransform10M(b *testing.B) {
	b.Run("families", func(b *testing.B) {
		benchTransform(b, false, "m_a1", "m_a2", "m_a3", "m_a5", "m_b1", "m_b2", "m_b2_calendar", "m_c1", "m_c2", "m_c3", "m_c3_calendar", "m_d1",
			"m_d1_revenue", "m_f1", "m_g1", "m_g2", "m_g3", "m_k1", "m_k2")
	})
	b.Run("cases", func(b *testing.B) { benchTransform(b, false) })
	b.Run("all", func(b *testing.B) { benchTransform(b, true) })
}

func benchTransform(b *testing.B, all bool, only ...string) {
	b.Helper()
	rows := 10_000_000
	if s := os.Getenv("KAMLENS_BENCH_ROWS"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil {
			b.Fatal(err)
		}
		rows = n
	}
	ctx := context.Background()
	root, err := filepath.Abs("..")
	if err != nil {
		b.Fatal(err)
	}
	dir := b.TempDir()
	if keep := os.Getenv("KAMLENS_BENCH_DIR"); keep != "" { // to look at the files afterwards
		dir = filepath.Join(keep, filepath.Base(b.Name()))
	}
	c, err := config.Parse(fmt.Appendf(nil, "as_of: 2026-11-01\nmemory_limit: 7GB\nthreads: 2\ndata: data\nrules: [%s]\n",
		filepath.Join(root, "examples", "rules-proposed", "rules.yaml")), filepath.Join(dir, "kamlens.yaml"))
	if err != nil {
		b.Fatal(err)
	}
	if err := os.MkdirAll(c.Dir(""), 0o700); err != nil {
		b.Fatal(err)
	}
	baseline := fillBench(ctx, b, c, rows, all)
	s, err := store.Open(ctx, c.StorePath())
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	for b.Loop() {
		r, err := transform.Run(ctx, transform.Options{Config: c, Now: time.Now(), Clock: time.Now, Version: "bench", Publisher: s,
			Progress: os.Stderr, Verbose: true, Only: only})
		if err != nil {
			b.Fatal(err)
		}
		fmt.Fprintf(os.Stderr, "%d cases: whole transform %.1f s; reading the raw cases once %.2f s; peak RSS %s\n", rows, r.Elapsed.Seconds(), baseline.Seconds(), peakRSS())
		if rows < 10_000_000 {
			fmt.Fprintln(os.Stderr, "not the bar: fewer than 10 million cases")
		}
		b.ReportMetric(r.Elapsed.Seconds(), "s/transform")
		b.ReportMetric(r.Elapsed.Seconds()/baseline.Seconds(), "x-raw-scan")
	}
}

// fillBench makes the raw tables and returns how long one aggregation over the cases takes.
func fillBench(ctx context.Context, b *testing.B, c config.Config, rows int, all bool) time.Duration {
	b.Helper()
	db, err := warehouse.Open(ctx, c.WarehousePath(), warehouse.Options{MemoryLimit: "7GB", Threads: 2, TempDir: c.Dir("tmp")})
	if err != nil {
		b.Fatal(err)
	}
	if err := ingest.EnsureSchema(ctx, db); err != nil {
		b.Fatal(err)
	}
	customers := max(rows/50, 100)
	managers := max(customers/100, 2)
	statements := benchRows(rows, customers, managers)
	if all {
		statements = append(statements, benchMore(rows, customers, managers)...)
	}
	for _, statement := range statements {
		if _, err := db.SQL().ExecContext(ctx, statement); err != nil {
			b.Fatalf("%v\n%s", err, statement)
		}
	}
	start := time.Now()
	var n, last int64
	err = db.SQL().QueryRowContext(ctx, `select count(*), max(epoch(greatest(created_at, first_response_at, resolved_at)))::bigint
		from cases where hash(case_id, customer_id) <> 0`).Scan(&n, &last)
	if err != nil || n != int64(rows) {
		b.Fatal(n, err)
	}
	took := time.Since(start)
	if _, err := db.SQL().ExecContext(ctx, "checkpoint"); err != nil {
		b.Fatal(err)
	}
	if err := db.Close(); err != nil {
		b.Fatal(err)
	}
	return took
}

// benchRows are the statements that fill the warehouse: arithmetic on hashes, so that every run has the same rows.
func benchRows(rows, customers, managers int) []string {
	return []string{
		`insert into batches (batch_id, source, feed, file, received_at) select i, 'bench', f, f || '.csv', timestamp '2026-11-01'
			from (values (1, 'customers'), (2, 'managers'), (3, 'assignments'), (4, 'cases'), (5, 'services'), (6, 'bills'),
				(7, 'surveys'), (8, 'tier_history'), (9, 'visits')) v(i, f)`,
		fmt.Sprintf(`insert into customers (customer_id, name, region, status, first_active_on, batch_id)
			select 'C' || i, '客户' || i, 'R' || i %% 5, 'active', date '2015-01-01', 1 from range(%d) r(i)`, customers),
		fmt.Sprintf(`insert into managers (manager_id, name, team, region, batch_id)
			select 'M' || i, '经理' || i, 'T' || i // 8, 'R' || i %% 5, 2 from range(%d) r(i)`, managers),
		fmt.Sprintf(`insert into assignments (customer_id, manager_id, valid_from, valid_to, role, batch_id)
			select 'C' || i, 'M' || i %% %[2]d, date '2024-01-01', case when i %% 10 = 0 then date '2025-12-14' end, 'owner', 3 from range(%[1]d) r(i)
			union all select 'C' || i, 'M' || (i + 1) %% %[2]d, date '2025-12-15', null, 'owner', 3 from range(0, %[1]d, 10) r(i)`, customers, managers),
		fmt.Sprintf(`insert into tier_history (customer_id, effective_from, tier, approved_at, batch_id)
			select 'C' || i, date '2024-01-01', (1 + hash(i) %% 4)::varchar, timestamp '2023-12-20', 8 from range(%[1]d) r(i)
			union all select 'C' || i, date '2026-04-01', (1 + hash(i + 7) %% 4)::varchar, timestamp '2026-03-20', 8 from range(0, %[1]d, 5) r(i)`, customers),
		fmt.Sprintf(`insert into services (service_id, customer_id, product, started_on, ended_on, monthly_fen, batch_id)
			select 'S' || i, 'C' || i, '专线', date '2020-01-01', case when i %% 40 = 0 then date '2026-05-17' end, 100000, 5 from range(%d) r(i)`, customers),
		fmt.Sprintf(`insert into cases (case_id, customer_id, kind, created_at, category, severity, channel, initiated_by,
				first_response_at, resolved_at, resolution, restored_at, callback_at, callback_result, batch_id)
			select 'G' || i, 'C' || hash(i) %% %[2]d, kind, t, 'K' || hash(i + 2) %% 12,
				['normal', 'normal', 'high', 'urgent'][1 + (hash(i + 3) %% 4)::int], 'hotline', 'customer',
				case when i %% 50 > 0 then t + to_seconds(60 + (hash(i + 4) %% 40000)::int) end,
				done, case when done is not null then 'solved' end, case when kind = 'fault' then done end,
				case when kind = 'complaint' and i %% 97 > 0 then done + to_seconds(3600 + (hash(i + 7) %% 100000)::int) end,
				case when kind = 'complaint' and i %% 97 > 0 and done is not null then 'satisfied' end, 4
			from (select i, t, ['request', 'complaint', 'fault', 'consult'][1 + (hash(i + 1) %% 4)::int] as kind,
					case when i %% 40 > 0 then t + to_seconds(40060 + (hash(i + 5) %% 400000)::int) end as done
				from (select i, timestamp '2024-11-01' + to_seconds((i * 730 * 86400 // %[1]d)::int + (hash(i + 6) %% 3600)::int) as t
					from range(%[1]d) r(i)))`, rows, customers),
	}
}

// benchMore are the statements for what else a company has.
func benchMore(rows, customers, managers int) []string {
	return []string{
		fmt.Sprintf(`insert into bills (bill_id, customer_id, account_month, issued_on, due_on, amount_fen, kind, recurring, batch_id)
			select 'B' || c || '-' || m, 'C' || c, year(d) * 100 + month(d), d, d + 20, 50000 + hash(c) %% 100000, 'normal', true, 6
			from range(%d) r(c), (select m, (date '2024-11-01' + to_months(m::int))::date as d from range(24) q(m))`, customers),
		fmt.Sprintf(`insert into visits (visit_id, customer_id, manager_id, started_at, ended_at, mode, checkin, batch_id)
			select 'V' || c || '-' || m, 'C' || c, 'M' || c %% %d, d + to_hours((2 * (hash(c, m) %% 100))::int), d + to_hours((1 + 2 * (hash(c, m) %% 100))::int), 'onsite', true, 9
			from range(0, %d, 2) r(c), (select m, timestamp '2024-11-05 09:00:00' + to_months(m::int) as d from range(24) q(m))`, managers, customers),
		fmt.Sprintf(`insert into surveys (survey_id, customer_id, case_id, kind, metric, sent_at, delivery, answered_at, score, scale_min, scale_max, batch_id)
			select 'Q' || i, 'C' || hash(i) %% %[2]d, 'G' || i, 'transaction', 'csat', t, 'delivered',
				case when i %% 3 = 0 then t + to_hours((hash(i) %% 200)::int) end, case when i %% 3 = 0 then 1 + hash(i + 8) %% 5 end, 1, 5, 7
			from (select i, timestamp '2024-11-08' + to_seconds((i * 720 * 86400 // %[1]d)::int) as t from range(0, %[1]d, 10) r(i))`, rows, customers),
	}
}

// peakRSS is the most memory the process has held so far, as Linux tells it.
func peakRSS() string {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return "unknown"
	}
	var rss string
	for line := range strings.Lines(string(status)) {
		if _, err := fmt.Sscanf(line, "VmHWM: %s", &rss); err == nil {
			return rss + " kB"
		}
	}
	return "unknown"
}
