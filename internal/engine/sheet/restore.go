package sheet

// Row gives back a row whose cells were kept elsewhere since they were read, to be read by the mapping's keys again.
func (m Mapping) Row(number int, cells []Cell) Row {
	return Row{Number: number, Cells: cells, at: m.At}
}
