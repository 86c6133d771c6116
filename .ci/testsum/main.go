// Command testsum reads "go test -json" and prints what a person needs of it: failures with their output, the tests
// that were skipped and why, the slowest ten, and one closing line. A skip whose reason names a part listed in
// $REQUIRE (comma-separated, e.g. chromium,data) counts as a failure: what must run cannot hide behind a skip.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

type event struct {
	Action  string
	Package string
	Test    string
	Elapsed float64
	Output  string
}

type result struct {
	name    string
	elapsed float64
	output  []string
}

func main() {
	s := summary{output: map[string][]string{}}
	if err := s.read(os.Stdin, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "testsum:", err)
		os.Exit(1)
	}
	if !s.print(os.Stdout, strings.Split(os.Getenv("REQUIRE"), ",")) {
		os.Exit(1)
	}
}

type summary struct {
	output                  map[string][]string
	passed, failed, skipped []result
	failedPackages          []result
}

func (s *summary) read(r io.Reader, progress io.Writer) error {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<26)
	for lines.Scan() {
		var e event
		if json.Unmarshal(lines.Bytes(), &e) != nil {
			fmt.Fprintln(progress, lines.Text()) // build errors come as plain text
			continue
		}
		s.take(e, progress)
	}
	return lines.Err()
}

func (s *summary) take(e event, progress io.Writer) {
	key := e.Package + " " + e.Test
	done := result{name: strings.TrimSpace(key), elapsed: e.Elapsed, output: s.output[key]}
	switch e.Action {
	case "output", "build-output":
		s.output[key] = append(s.output[key], e.Output)
		return
	case "pass", "skip", "fail":
	default:
		return
	}
	delete(s.output, key)
	switch {
	case e.Test == "":
		fmt.Fprintf(progress, "%-5s %7.1fs %s\n", e.Action, e.Elapsed, e.Package)
		if e.Action == "fail" {
			s.failedPackages = append(s.failedPackages, done)
		}
	case e.Action == "pass":
		s.passed = append(s.passed, done)
	case e.Action == "skip":
		s.skipped = append(s.skipped, done)
	default:
		s.failed = append(s.failed, done)
	}
}

func (s *summary) print(w io.Writer, required []string) bool {
	for _, f := range s.failed {
		fmt.Fprintf(w, "\nFAILED %s\n%s", f.name, strings.Join(f.output, ""))
	}
	if len(s.failed) == 0 {
		for _, f := range s.failedPackages { // a build error, a panic outside a test, a time-out
			fmt.Fprintf(w, "\nFAILED %s\n%s", f.name, strings.Join(f.output, ""))
		}
	}
	slices.SortFunc(s.passed, func(a, b result) int { return int(1000 * (b.elapsed - a.elapsed)) })
	fmt.Fprintln(w, "\nthe ten slowest tests:")
	for _, p := range s.passed[:min(10, len(s.passed))] {
		fmt.Fprintf(w, "  %7.1fs %s\n", p.elapsed, p.name)
	}
	missing := 0
	if len(s.skipped) > 0 {
		fmt.Fprintln(w, "\nskipped:")
	}
	for _, k := range s.skipped {
		reason := strings.Join(k.output, "")
		note := ""
		for _, part := range required {
			if part != "" && strings.Contains(strings.ToLower(reason), part) {
				note, missing = " (required here, so this is a failure)", missing+1
				break
			}
		}
		fmt.Fprintf(w, "  %s%s\n%s", k.name, note, indent(reason))
	}
	failed := max(len(s.failed), len(s.failedPackages)) + missing
	fmt.Fprintf(w, "\n%d passed, %d failed, %d skipped\n", len(s.passed), failed, len(s.skipped)-missing)
	return failed == 0 && len(s.passed) > 0
}

// indent keeps the lines of a skip that say why.
func indent(output string) string {
	var b strings.Builder
	for line := range strings.Lines(output) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "===") && !strings.HasPrefix(line, "---") {
			fmt.Fprintf(&b, "      %s\n", line)
		}
	}
	return b.String()
}
