# Reference numbers for class strata and samples of classes, from R's package survey (Lumley).
# Run:  Rscript tests/analysis/reference/survey.R > tests/analysis/reference/survey.json
# The tests compare share, standard error and degrees of freedom. survey 4.1.1 has no svyciprop(method = "wilson");
# Wilson's limits are taken from the standard error and the degrees of freedom (Kott 2017).
suppressMessages(library(survey))
options(survey.lonely.psu = "average", digits = 15)

number <- function(x) format(as.numeric(x), digits = 15, scientific = FALSE, trim = TRUE)
numbers <- function(x) paste0("[", paste(sapply(x, number), collapse = ", "), "]")

# One row a person: x of n understand.
persons <- function(n, x) c(rep(1, x), rep(0, n - x))

# A census whose classes are strata: N on the roster, n answered, x understand.
stratified <- function(name, N, n, x, finite = TRUE) {
  rows <- do.call(rbind, lapply(seq_along(N), function(h) data.frame(
    stratum = h, N = N[h], weight = N[h] / n[h], y = persons(n[h], x[h]))))
  design <- if (finite) svydesign(ids = ~1, strata = ~stratum, fpc = ~N, weights = ~weight, data = rows)
            else svydesign(ids = ~1, strata = ~stratum, weights = ~weight, data = rows)
  mean <- svymean(~y, design)
  sprintf('{"kind": "strata", "name": "%s", "finite": %s, "N": %s, "n": %s, "x": %s, "value": %s, "se": %s, "df": %s}',
    name, tolower(finite), numbers(N), numbers(n), numbers(x), number(coef(mean)), number(SE(mean)), number(degf(design)))
}

# A post-stratified simple random sample, for the check that it is close to the stratified one.
poststratified <- function(name, N, n, x) {
  rows <- do.call(rbind, lapply(seq_along(N), function(h) data.frame(
    stratum = h, total = sum(N), weight = sum(N) / sum(n), y = persons(n[h], x[h]))))
  base <- svydesign(ids = ~1, fpc = ~total, weights = ~weight, data = rows)
  design <- postStratify(base, ~stratum, data.frame(stratum = seq_along(N), Freq = N))
  mean <- svymean(~y, design)
  sprintf('{"kind": "poststrata", "name": "%s", "N": %s, "n": %s, "x": %s, "value": %s, "se": %s}',
    name, numbers(N), numbers(n), numbers(x), number(coef(mean)), number(SE(mean)))
}

# A sample of classes: in grade h m of M classes are drawn; of N in class c, n answer and x understand.
classes <- function(name, grade, M, N, n, x, finite = TRUE) {
  m <- table(grade)
  rows <- do.call(rbind, lapply(seq_along(N), function(c) data.frame(
    grade = grade[c], class = c, M = M[[as.character(grade[c])]], N = N[c], person = seq_len(n[c]),
    weight = M[[as.character(grade[c])]] / m[[as.character(grade[c])]] * N[c] / n[c], y = persons(n[c], x[c]))))
  rows$id <- seq_len(nrow(rows))
  design <- if (finite) svydesign(ids = ~class + id, strata = ~grade, fpc = ~M + N, weights = ~weight, data = rows, nest = TRUE)
            else svydesign(ids = ~class, strata = ~grade, weights = ~weight, data = rows, nest = TRUE)
  mean <- svymean(~y, design)
  sprintf('{"kind": "classes", "name": "%s", "finite": %s, "grade": %s, "M": {%s}, "N": %s, "n": %s, "x": %s, "value": %s, "se": %s, "df": %s}',
    name, tolower(finite), numbers(grade), paste(sprintf('"%s": %s', names(M), M), collapse = ", "),
    numbers(N), numbers(n), numbers(x), number(coef(mean)), number(SE(mean)), number(degf(design)))
}

# The change of whole classes between two waves: each class its own control.
change <- function(name, N, n1, x1, n2, x2) {
  rows <- do.call(rbind, lapply(seq_along(N), function(c) rbind(
    data.frame(class = c, wave = 0, weight = N[c] / n1[c], y = persons(n1[c], x1[c])),
    data.frame(class = c, wave = 1, weight = N[c] / n2[c], y = persons(n2[c], x2[c])))))
  design <- svydesign(ids = ~class, weights = ~weight, data = rows)
  means <- svyby(~y, ~wave, design, svymean, covmat = TRUE)
  difference <- svycontrast(means, c(-1, 1))
  sprintf('{"kind": "change", "name": "%s", "N": %s, "n1": %s, "x1": %s, "n2": %s, "x2": %s, "value": %s, "se": %s, "df": %s}',
    name, numbers(N), numbers(n1), numbers(x1), numbers(n2), numbers(x2), number(coef(difference)), number(SE(difference)), number(degf(design)))
}

set.seed(71)
cases <- c(
  stratified("three classes", c(30, 36, 34), c(20, 25, 22), c(17, 24, 18)),
  stratified("three classes, no correction", c(30, 36, 34), c(20, 25, 22), c(17, 24, 18), finite = FALSE),
  stratified("one class complete", c(30, 36, 34), c(20, 36, 22), c(17, 30, 18)),
  classes("three of ten classes", c(1, 1, 1), list("1" = 10), c(30, 34, 36), c(27, 30, 36), c(24, 25, 34)),
  classes("three of ten classes, no correction", c(1, 1, 1), list("1" = 10), c(30, 34, 36), c(27, 30, 36), c(24, 25, 34), finite = FALSE),
  classes("all classes drawn", c(1, 1, 1), list("1" = 3), c(30, 34, 36), c(27, 30, 30), c(24, 25, 28)),
  classes("everybody in the drawn classes answers", c(1, 1, 1, 1), list("1" = 9), c(30, 34, 36, 31), c(30, 34, 36, 31), c(24, 25, 34, 30)),
  change("four classes", c(30, 36, 34, 40), c(20, 20, 20, 20), c(10, 12, 8, 11), c(20, 20, 20, 20), c(16, 15, 14, 18)))

for (k in 1:5) {
  H <- sample(3:12, 1)
  N <- sample(25:45, H, replace = TRUE)
  n <- pmax(5, rbinom(H, N, 0.75))
  x <- rbinom(H, n, 0.85)
  cases <- c(cases, stratified(sprintf("random %d", k), N, n, x), stratified(sprintf("random %d, no correction", k), N, n, x, finite = FALSE),
    poststratified(sprintf("random %d", k), N, n, x))
}
for (k in 1:5) {
  grade <- rep(6:9, times = sample(2:4, 4, replace = TRUE))
  M <- setNames(as.list(as.integer(table(grade)) + sample(0:5, 4, replace = TRUE)), 6:9)
  m <- length(grade)
  N <- sample(25:45, m, replace = TRUE)
  n <- pmin(N, pmax(8, rbinom(m, N, 0.8)))
  x <- rbinom(m, n, rbeta(m, 16, 3))
  cases <- c(cases, classes(sprintf("random %d", k), grade, M, N, n, x), classes(sprintf("random %d, no correction", k), grade, M, N, n, x, finite = FALSE))
}
for (k in 1:4) {
  m <- sample(9:20, 1)
  N <- sample(25:45, m, replace = TRUE)
  n1 <- pmax(5, rbinom(m, N, 0.7)); n2 <- pmax(5, rbinom(m, N, 0.8))
  cases <- c(cases, change(sprintf("random %d", k), N, n1, rbinom(m, n1, 0.6), n2, rbinom(m, n2, 0.85)))
}
cat(sprintf('{"source": "R %s.%s, survey %s", "call": "Rscript tests/analysis/reference/survey.R",\n "cases": [\n  %s\n]}\n',
  R.version$major, R.version$minor, packageVersion("survey"), paste(cases, collapse = ",\n  ")))
