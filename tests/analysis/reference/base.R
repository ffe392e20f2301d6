# Reference numbers from base R (package stats) for items, schools, waves and sizes.
# Run:  Rscript tests/analysis/reference/base.R > tests/analysis/reference/base.json
options(digits = 15)
number <- function(x) ifelse(is.na(x), "null", format(as.numeric(x), digits = 15, scientific = FALSE, trim = TRUE))
numbers <- function(x) paste0("[", paste(sapply(x, number), collapse = ", "), "]")
case <- function(kind, call, arguments, expected)
  sprintf('{"kind": "%s", "call": "%s", "arguments": %s, "expected": %s}', kind, call, arguments, expected)
table_of <- function(m) paste0("[", paste(apply(m, 1, numbers), collapse = ", "), "]")

set.seed(71)
out <- c()

for (k in 1:6) {
  p <- round(runif(sample(1:8, 1))^3, 5)
  out <- c(out, case("holm", "p.adjust(p, method = 'holm')", numbers(p), numbers(p.adjust(p, method = "holm"))))
}

# Alpha from the covariance matrix of the items: k/(k-1) (1 - trace/sum). Feldt's interval by qf.
for (k in 1:5) {
  n <- sample(30:90, 1); items <- sample(4:10, 1)
  scores <- (matrix(rnorm(n * items), n) + rnorm(n) > -0.5) * 1
  S <- cov(scores)
  alpha <- items / (items - 1) * (1 - sum(diag(S)) / sum(S))
  limits <- 1 - (1 - alpha) * qf(c(0.975, 0.025), n - 1, (n - 1) * (items - 1))
  out <- c(out, case("alpha", "S <- cov(scores); k/(k-1)*(1-sum(diag(S))/sum(S)); 1-(1-alpha)*qf(c(.975,.025), n-1, (n-1)*(k-1))",
    table_of(scores), numbers(c(alpha, limits))))
}

for (k in 1:6) {
  bands <- sample(2:6, 1)
  x <- array(sample(1:40, 4 * bands, replace = TRUE), c(2, 2, bands))
  test <- mantelhaen.test(x, correct = TRUE)
  cells <- t(apply(x, 3, function(m) c(m[1, 1], m[1, 2], m[2, 1], m[2, 2])))
  out <- c(out, case("drift", "mantelhaen.test(x, correct = TRUE): estimate, statistic, p.value",
    table_of(cells), numbers(c(test$estimate, test$statistic, test$p.value))))
}

for (k in 1:6) {
  waves <- sample(3:6, 1)
  days <- sort(sample(0:700, waves)); n <- sample(20:200, waves); x <- rbinom(waves, n, seq(0.4, 0.8, length.out = waves))
  test <- prop.trend.test(x, n, days)
  out <- c(out, case("trend", "prop.trend.test(x, n, days): statistic, p.value", table_of(cbind(days, x, n)), numbers(c(test$statistic, test$p.value))))
}

# The limit r - a of Spiegelhalter (2005), with F from pbinom and r from qbinom.
for (k in 1:8) {
  n <- sample(10:300, 1); theta <- round(runif(1, 0.5, 0.97), 3); P <- sample(c(0.001, 0.025, 0.975, 0.999), 1)
  r <- qbinom(P, n, theta)
  a <- (pbinom(r, n, theta) - P) / (pbinom(r, n, theta) - pbinom(r - 1, n, theta))
  out <- c(out, case("funnel", "r <- qbinom(P, n, theta); a <- (pbinom(r, n, theta) - P) / dbinom(r, n, theta); (r - a)/n",
    numbers(c(n, theta, P)), number(min(1, max(0, (r - a) / n)))))
}

for (k in 1:6) {
  p <- sort(round(runif(2, 0.3, 0.95), 2)); if (p[1] == p[2]) p[2] <- p[2] + 0.03
  out <- c(out, case("change size", "ceiling(power.prop.test(p1 = p1, p2 = p2, power = 0.8, strict = FALSE)$n)",
    numbers(p), number(ceiling(power.prop.test(p1 = p[1], p2 = p[2], power = 0.8, strict = FALSE)$n))))
}

# Answers needed to show "met": the smallest n from which on the power is at least 0.8, by phyper.
required <- function(N, K) {
  null <- -((-9 * N) %/% 10) - 1
  power <- sapply(1:N, function(n) {
    tails <- phyper(0:n - 1, null, N - null, n, lower.tail = FALSE)
    critical <- which(tails <= 0.025 * (1 + 1e-12))
    if (length(critical) == 0) 0 else phyper(critical[1] - 2, K, N - K, n, lower.tail = FALSE)
  })
  low <- which(power < 0.8)
  if (length(low) == 0) 1 else if (max(low) == N) NA else max(low) + 1
}
for (N in c(25, 37, 44, 61, 83, 120, 256, 410, 555)) for (share in c(0.93, 0.96, 0.99)) {
  K <- floor(share * N)
  out <- c(out, case("required", "phyper over all n, smallest n with power >= 0.8 from there on", numbers(c(N, K)), number(required(N, K))))
}

cat(sprintf('{"source": "R %s.%s, package stats", "call": "Rscript tests/analysis/reference/base.R",\n "cases": [\n  %s\n]}\n',
  R.version$major, R.version$minor, paste(out, collapse = ",\n  ")))
