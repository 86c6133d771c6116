package demo

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

// truthFile states what was planted. It lies outside the folder that is loaded.
const truthFile = "data_truth.json"

// truthSample is how many planted facts of one kind are listed by id; all are counted.
const truthSample = 200

// truth is the content of the truth file.
type truth struct {
	Version   int                  `json:"version"`
	Seed      uint64               `json:"seed"`
	Customers int                  `json:"customers"`
	Months    int                  `json:"months"`
	Until     string               `json:"until"`
	Rows      map[string]int64     `json:"rows"`
	Managers  []truthManager       `json:"managers"`
	Gaming    truthGaming          `json:"gaming"`
	Planted   map[string]truthKind `json:"planted"`
}

// truthManager says what a manager adds to the log-odds of good outcomes.
type truthManager struct {
	ID      string  `json:"manager_id"`
	Planted string  `json:"planted"`
	Effects effects `json:"log_odds"`
}

type truthGaming struct {
	ID   string   `json:"manager_id"`
	Does []string `json:"does"`
}

// truthKind lists one kind of planted fact.
type truthKind struct {
	Count int           `json:"count"`
	Items []truthedItem `json:"items"`
}

type truthedItem struct {
	ID     string `json:"id"`
	Detail string `json:"detail,omitempty"`
}

func newTruth(co *company) *truth {
	t := &truth{
		Version: Version, Seed: co.Seed, Customers: co.Customers, Months: co.Months, Until: co.Until.String(),
		Planted: map[string]truthKind{},
	}
	for _, m := range co.managers {
		t.Managers = append(t.Managers, truthManager{m.id, m.planted, m.effects})
		if m.gaming {
			t.Gaming = truthGaming{m.id, []string{
				"pauses 55 % of the cases where others pause 15 %",
				"resolves early and has a quarter of the cases reopened within the hour",
				"merges late cases into newer ones",
				"sends surveys mostly where the case went well",
				"visits on the last two days of the month only",
				"resolves most faults minutes before their deadline",
			}}
		}
	}
	return t
}

// add takes over the planted facts of a chunk.
func (t *truth) add(c *chunk) {
	for _, p := range c.planted {
		k := t.Planted[p.kind]
		if k.Count++; len(k.Items) < truthSample {
			k.Items = append(k.Items, truthedItem{p.id, p.detail})
		}
		t.Planted[p.kind] = k
	}
}

func (t *truth) write(dir string) error {
	data, err := json.MarshalIndent(t, "", " ")
	if err != nil {
		return fmt.Errorf("encode the truth file: %w", err)
	}
	if err := os.WriteFile(filepath.Join(dir, truthFile), append(data, '\n'), 0o600); err != nil {
		return fmt.Errorf("write the truth file: %w", err)
	}
	return nil
}
