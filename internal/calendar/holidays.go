package calendar

import (
	_ "embed" // the notices
	"fmt"
	"strings"
	"sync"
	"time"

	"go.yaml.in/yaml/v3"
)

// special is a day that does not follow the weekly pattern.
type special struct {
	off  bool
	name string // of the holiday; of a day worked, ""
}

//go:embed china.yaml
var chinaNotices []byte

// china returns the special days of every known notice and the years that have one.
var china = sync.OnceValues(func() (notices, error) { return parseNotices(chinaNotices) })

type notices struct {
	days  map[string]special // by 2006-01-02
	years map[int]bool
}

func parseNotices(data []byte) (notices, error) {
	var years []struct {
		Year   int      `yaml:"year"`
		Source []string `yaml:"source_url"`
		Off    []string `yaml:"off"`
		Work   []string `yaml:"work"`
	}
	if err := yaml.Unmarshal(data, &years); err != nil {
		return notices{}, err
	}
	n := notices{days: map[string]special{}, years: map[int]bool{}}
	for _, y := range years {
		n.years[y.Year] = true
		for _, line := range y.Off {
			name, span, ok := strings.Cut(line, " ")
			if !ok {
				return notices{}, fmt.Errorf("%d: %q: want a name and a day or a..b", y.Year, line)
			}
			if err := n.addBlock(name, span); err != nil {
				return notices{}, fmt.Errorf("%d: %w", y.Year, err)
			}
		}
		for _, day := range y.Work {
			if _, err := time.Parse(time.DateOnly, day); err != nil {
				return notices{}, fmt.Errorf("%d: %w", y.Year, err)
			}
			n.days[day] = special{}
		}
	}
	return n, nil
}

func (n notices) addBlock(name, span string) error {
	from, to, ok := strings.Cut(span, "..")
	if !ok {
		to = from
	}
	a, err := time.Parse(time.DateOnly, from)
	if err != nil {
		return err
	}
	b, err := time.Parse(time.DateOnly, to)
	if err != nil {
		return err
	}
	if b.Before(a) {
		return fmt.Errorf("%s ends before it begins", span)
	}
	for d := a; !d.After(b); d = d.AddDate(0, 0, 1) {
		n.days[d.Format(time.DateOnly)] = special{off: true, name: name}
	}
	return nil
}

// fixedHolidays are the public holidays with a fixed date in law, for years without a notice: New Year, Labour Day (its
// second day since 2025) and National Day. The lunar ones are not guessed.
func fixedHoliday(day time.Time) (string, bool) {
	switch m, d := day.Month(), day.Day(); {
	case m == time.January && d == 1:
		return "元旦", true
	case m == time.May && (d == 1 || d == 2 && day.Year() >= 2025):
		return "劳动节", true
	case m == time.October && d <= 3:
		return "国庆节", true
	}
	return "", false
}
