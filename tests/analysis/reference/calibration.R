# Reference numbers for calibration to roster margins, from R's package survey (Lumley): share and standard error.
# Run:  Rscript tests/analysis/reference/calibration.R > tests/analysis/reference/calibration.json
# calibrate(calfun = "raking") takes the residuals with the design weights (Deville and Sarndal 1992), as we do.
suppressMessages(library(survey))

number <- function(x) format(as.numeric(x), digits = 15, scientific = FALSE, trim = TRUE)
numbers <- function(x) paste0("[", paste(sapply(x, number), collapse = ", "), "]")
words <- function(x) paste0("[", paste0('"', x, '"', collapse = ", "), "]")

# One row a person: cell i has n[i] answers, x[i] of them understand.
persons <- function(cells) do.call(rbind, lapply(seq_len(nrow(cells)), function(i) data.frame(
  cells[rep(i, cells$n[i]), setdiff(names(cells), c("n", "x")), drop = FALSE],
  y = c(rep(1, cells$x[i]), rep(0, cells$n[i] - cells$x[i])))))

totals <- function(a, b) {
  all <- c(sum(a), a[-1], b[-1])
  names(all) <- c("(Intercept)", paste0("a", names(a)[-1]), paste0("b", names(b)[-1]))
  all
}

report <- function(name, cells, design, a, b, M) {
  raked <- calibrate(design, ~a + b, totals(a, b), calfun = "raking", epsilon = 1e-12, maxit = 500)
  mean <- svymean(~y, raked)
  sprintf(paste0('{"name": "%s", "class": %s, "a": %s, "b": %s, "size": %s, "n": %s, "x": %s, "classes": %s, ',
    '"people": %s, "total_a": %s, "total_b": %s, "value": %s, "se": %s, "df": %s}'),
    name, words(cells$class), words(cells$a), words(cells$b), numbers(cells$size), numbers(cells$n),
    numbers(cells$x), number(M), number(sum(a)), numbers(a), numbers(b),
    number(coef(mean)), number(SE(mean)), number(degf(design)))
}

# Persons drawn at random from a list of sum(a) people.
drawn <- function(name, cells, a, b) {
  cells$class <- "none"; cells$size <- 0
  rows <- persons(cells); rows$total <- sum(a)
  report(name, cells, svydesign(ids = ~1, fpc = ~total, data = rows), a, b, 0)
}

# Some of M classes drawn; `size` is the headcount of the class.
classes <- function(name, cells, a, b, M) {
  rows <- persons(cells); rows$M <- M; rows$person <- seq_len(nrow(rows))
  report(name, cells, svydesign(ids = ~class + person, fpc = ~M + size, data = rows), a, b, M)
}

set.seed(71)
grid <- expand.grid(a = c("boy", "girl"), b = c("6", "7", "8"), stringsAsFactors = FALSE)
grid$n <- c(14, 18, 11, 20, 9, 15); grid$x <- c(9, 16, 7, 17, 8, 11)
lines <- drawn("persons, two margins", grid, c(boy = 110, girl = 106), c("6" = 80, "7" = 70, "8" = 66))
for (i in 1:3) {
  grid$n <- rpois(6, 15) + 4; grid$x <- rbinom(6, grid$n, 0.8)
  lines <- c(lines, drawn(paste("persons, random", i), grid, c(boy = 150, girl = 170), c("6" = 120, "7" = 110, "8" = 90)))
}
for (i in 1:3) {
  cells <- expand.grid(a = c("boy", "girl"), b = c("low", "high"), class = letters[1:8], stringsAsFactors = FALSE)
  cells$n <- rpois(nrow(cells), 5) + 2; cells$x <- rbinom(nrow(cells), cells$n, runif(8, 0.6, 0.95)[match(cells$class, letters)])
  cells$size <- ave(cells$n, cells$class, FUN = sum) + 3
  lines <- c(lines, classes(paste("classes, random", i), cells, c(boy = 330, girl = 310), c(high = 400, low = 240), 20))
}
cat("[\n", paste(lines, collapse = ",\n"), "\n]\n", sep = "")
