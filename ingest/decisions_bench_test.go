package ingest

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/kamlens/kamlens/internal/archive"
	"github.com/kamlens/kamlens/internal/decision"
)

// BenchmarkDecisions loads the tiers of a review of all customers: each proposed, reviewed and approved, so three lines of
// the journal and one batch for every tier. KAMLENS_BENCH_ROWS sets another number of tiers.
func BenchmarkDecisions(b *testing.B) {
	n := 5000
	if s := os.Getenv("KAMLENS_BENCH_ROWS"); s != "" {
		var err error
		if n, err = strconv.Atoi(s); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		s := newSite(b, "")
		writeApprovedTiers(b, decision.JournalPath(s.config()), n)
		took := measure(b, func() error {
			if r := s.must(Options{NoneOK: true}); len(r) != n+1 {
				return fmt.Errorf("%d batches, want %d", len(r), n+1)
			}
			return nil
		})
		b.ReportMetric(took.wall.Seconds()*1000/float64(n), "ms/tier")
		b.ReportMetric(took.cpu.Seconds()*1000/float64(n), "ms-CPU/tier")
	}
}

// writeApprovedTiers writes the journal of n tiers.
func writeApprovedTiers(b *testing.B, path string, n int) {
	b.Helper()
	var text strings.Builder
	line, previous := 0, ""
	add := func(kind, by string, customer int, payload map[string]string) {
		line++
		data, err := json.Marshal(decision.Decision{ID: fmt.Sprintf("D%06d", line), Kind: kind, Subject: fmt.Sprintf("C%05d", customer), By: by,
			ByName: by, At: "2026-11-01T08:00:00+08:00", Reason: "review", Payload: payload, Previous: previous})
		if err != nil {
			b.Fatal(err)
		}
		text.Write(append(data, '\n'))
		previous = archive.Hash(data)
	}
	for i := range n {
		add("tier.propose", "bo", i, map[string]string{"tier": "2", "effective_from": "2026-11-01"})
		add("tier.review", "rita", i, map[string]string{"answers": fmt.Sprintf("D%06d", line)})
		add("tier.approve", "max", i, map[string]string{"answers": fmt.Sprintf("D%06d", line)})
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		b.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text.String()), 0o600); err != nil {
		b.Fatal(err)
	}
}
