//! Tables on standard output, and the one statistic in them.

/// Rows of text under a title.
pub(crate) struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    /// Prints what it is about at once: what follows may take a while.
    pub(crate) fn new(title: &str, columns: &[&str]) -> Self {
        println!("\n{title}\n");
        let columns = columns.iter().map(|column| (*column).to_owned());
        Self {
            rows: vec![columns.collect()],
        }
    }

    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().collect());
    }

    /// Prints the rows; all columns but the first hold numbers.
    pub(crate) fn print(self) {
        let width = |column: usize| {
            let cells = self.rows.iter().filter_map(|row| row.get(column));
            cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
        };
        for row in &self.rows {
            let mut line = String::new();
            for (column, cell) in row.iter().enumerate() {
                let width = width(column);
                match column {
                    0 => line.push_str(&format!("  {cell:<width$}")),
                    _ => line.push_str(&format!("  {cell:>width$}")),
                }
            }
            println!("{}", line.trim_end());
        }
    }
}

/// The value in the middle.
pub(crate) fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}

/// How often each thing is measured.
pub(crate) const ROUNDS: usize = 5;
