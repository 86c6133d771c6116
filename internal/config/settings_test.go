package config

import (
	"bytes"
	"reflect"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestSettings_complete: whatever of a configuration changes numbers is kept in the archive, so that a past can be asked.
// Whoever adds a setting has to say here where it is kept.
func TestSettings_complete(t *testing.T) {
	kept := map[string]string{
		"Timezone": "settings", "Calendar": "settings",
		"Rules": "files", "Models": "files", // beside the settings
		"Sources": "recipe of every batch", "Tiering": "recipe of every batch", "AsOf": "line of every run",
	}
	changesNone := []string{"Language", "Data", "KeepContacts", "Demo", "MemoryLimit", "Threads", "Inbox", "Jobs"}
	for _, f := range reflect.VisibleFields(reflect.TypeFor[Config]()) {
		if f.IsExported() && kept[f.Name] == "" && !slices.Contains(changesNone, f.Name) {
			t.Errorf("where is %s kept?", f.Name)
		}
	}
	if d := cmp.Diff([]string{"Timezone", "Calendar"}, fieldsOf(reflect.TypeFor[Settings]())); d != "" {
		t.Error(d)
	}
}

func fieldsOf(t reflect.Type) (list []string) {
	for _, f := range reflect.VisibleFields(t) {
		list = append(list, f.Name)
	}
	return list
}

// TestSettings_everyCalendarField: a change of the zone and of each field of the calendar changes the settings, and comes
// back from them.
func TestSettings_everyCalendarField(t *testing.T) {
	base, err := Parse(nil, "kamlens.yaml")
	if err != nil {
		t.Fatal(err)
	}
	was, err := base.Settings()
	if err != nil {
		t.Fatal(err)
	}
	for name, line := range map[string]string{
		"Timezone": "timezone: Asia/Urumqi", "Hours": `calendar: {hours: ["09:00-17:00"]}`, "Weekdays": "calendar: {weekdays: [mon]}",
		"Holidays": "calendar: {holidays: none}", "Week": `calendar: {week: {sat: ["10:00-15:00"]}}`,
	} {
		other, err := Parse([]byte(line), "kamlens.yaml")
		if err != nil {
			t.Fatal(err)
		}
		now, err := other.Settings()
		if err != nil || bytes.Equal(was, now) {
			t.Errorf("%s is not in the settings (%v)", name, err)
		}
		back, err := base.WithSettings(now, nil)
		if err != nil || back.Timezone != other.Timezone || back.Zone().String() != other.Timezone || !reflect.DeepEqual(back.Calendar, other.Calendar) {
			t.Errorf("%s comes back as %+v (%v)", name, back.Calendar, err)
		}
	}
	if n := len(fieldsOf(reflect.TypeFor[Calendar]())); n != 4 {
		t.Errorf("the calendar has %d fields, 4 are tried", n)
	}
}
