// Package examples holds configurations over public data sets. Each has its kamlens.yaml, its own measures where the
// published figure is no KPI of the catalogue, and a test that states the published figures. The data itself is not
// here: docs/datasets.md says where each set comes from, KAMLENS_DATA where it lies.
package examples
