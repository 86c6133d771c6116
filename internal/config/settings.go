package config

import (
	"encoding/json"
	"time"
)

// Settings are what a configuration says that changes numbers, besides its sources, rule files and models.
type Settings struct {
	Timezone string   `json:"timezone"`
	Calendar Calendar `json:"calendar"`
}

// Settings returns them as JSON, the same bytes for the same settings.
func (c Config) Settings() ([]byte, error) { return json.Marshal(Settings{c.Timezone, c.Calendar}) }

// WithSettings returns the configuration with what Settings returned of another one, and with other rule files.
func (c Config) WithSettings(data []byte, rules []string) (Config, error) {
	s := Settings{}
	if err := json.Unmarshal(data, &s); err != nil {
		return Config{}, err
	}
	zone, err := time.LoadLocation(s.Timezone)
	if err != nil {
		return Config{}, err
	}
	c.Timezone, c.Calendar, c.Rules, c.zone = s.Timezone, s.Calendar, rules, zone
	return c, nil
}
