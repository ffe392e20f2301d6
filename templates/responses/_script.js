// One question at a time, and a form that survives a bad line. Without this script the page is complete: it only
// shows, keeps, sends again and reads aloud. Written for the browser of Android 8: no syntax younger than 2009.
// Lines that begin with two slashes, and indentation, are taken out at start-up (survey/responses/scripts.py).
(function () {
'use strict';

function each(list, act) {
  for (var i = 0; i < list.length; i++) act(list[i], i);
}

function start() {
  var form = document.getElementById('form');
  var parts = document.getElementById('parts');
  if (!form || !parts || !parts.content) return;
  var data = form.dataset;
  var fields = form.elements;
  var address = form.action.split('#')[0];
  var base = address.split('?')[0];
  var kiosk = data.mode == 'kiosk';
  var shared = kiosk || data.mode == 'class_session';
  var language = document.documentElement.lang;
  var send = form.querySelector('.plain');
  var intro = document.getElementById('intro');
  var added = [];
  var dead = false;
  // asked: missing answers have been pointed out once, as the server does. frozen: what is being sent, word for word.
  var asked = !!fields.asked;
  var frozen = '';
  var receipt = '';
  var leaving = false;
  var marked = false;
  var current, last, timer, idle, ends;
  var steps, bar, clock, ask, panel, status, again, nav, back, go, skip, hear, away, marker, state;

  // Whatever goes wrong, the reader gets the whole plain form back, with everything chosen.
  function undo() {
    dead = true;
    clearTimeout(timer);
    clearTimeout(idle);
    form.className = '';
    freeze(false);
    each(added, function (node) { if (node.parentNode) node.parentNode.removeChild(node); });
  }
  function guard(act) {
    return function (event) {
      if (dead) return;
      try { act(event); } catch (error) { undo(); }
    };
  }
  function on(target, type, act) {
    target.addEventListener(type, guard(act));
  }
  function later(act, seconds) {
    return setTimeout(guard(act), 1000 * seconds);
  }
  function part(name, place) {
    var node = parts.content.querySelector('.' + name);
    added.push(node);
    return place ? form.insertBefore(node, place) : node;
  }
  function freeze(is) {
    each(form.querySelectorAll('fieldset,select'), function (field) { field.disabled = is; });
  }

  // What is kept until the receipt, in this tab only; never on a device that goes from hand to hand.
  var key = 'hr' + base;
  function keep() {
    if (!data.keep || receipt) return;
    if (!chosen().length) return forget();
    var now = { t: fields.t.value, f: fields.f.value, a: chosen(), n: steps.indexOf(last), s: frozen ? 1 : 0 };
    try { sessionStorage.setItem(key, JSON.stringify(now)); } catch (error) {}
  }
  function kept() {
    try { return data.keep && JSON.parse(sessionStorage.getItem(key)); } catch (error) {}
  }
  function forget() {
    try { sessionStorage.removeItem(key); } catch (error) {}
  }
  // Says only that somebody has answered here; a courtesy, never a lock.
  function mark(is) {
    try {
      if (is) localStorage.setItem('hr' + data.wave, 1);
      return localStorage.getItem('hr' + data.wave);
    } catch (error) {}
  }

  function chosen() {
    var found = [];
    each(fields, function (field) {
      if (/^(q\d+|g)$/.test(field.name) && field.value && (field.checked || field.type == 'select-one')) {
        found.push([field.name, field.value]);
      }
    });
    return found;
  }
  function choose(pairs) {
    each(pairs, function (pair) {
      each(fields, function (field) {
        if (field.name != pair[0]) return;
        if (field.type == 'select-one') field.value = pair[1];
        else if (field.value == pair[1]) field.checked = true;
      });
    });
  }
  function hidden(name, value) {
    var field = document.createElement('input');
    field.type = 'hidden';
    field.name = name;
    field.value = value;
    form.appendChild(field);
  }
  function isBlank() {
    return !form.querySelector('fieldset :checked');
  }
  function missing() {
    return steps.filter(function (step) {
      return step.hasAttribute('data-scored') && !step.querySelector(':checked');
    });
  }

  // Steps on the way. Panels (asking, sending) stand beside the way: `last` is the step they were opened from.
  function show(step) {
    hush();
    var number = steps.indexOf(step);
    if (current) current.classList.remove('on');
    step.classList.add('on');
    form.classList.toggle('onward', step != intro && step != marker);
    nav.hidden = number < 0;
    if (number >= 0) {
      last = step;
      back.hidden = !number;
      go.textContent = toSend() ? data.send : number ? data.next : data.notice ? data.look : data.start;
      bar.firstChild.style.width = 100 * number / (steps.length - 1) + '%';
    }
    if (current && current != step) {
      step.tabIndex = -1;
      step.focus();
      window.scrollTo(0, step == intro ? 0 : bar.offsetTop - 12);
    }
    current = step;
    offer();
    keep();
  }
  function toSend() {
    if (last == intro) return !!data.notice && !form.querySelector('.flaw');
    return asked ? !rest() : last == steps[steps.length - 1];
  }
  function rest() {
    return missing().filter(function (step) { return steps.indexOf(step) > steps.indexOf(last); })[0];
  }
  function next() {
    var flaw = last == intro && form.querySelector('.flaw');
    if (last == intro) begin();
    if (flaw) show(flaw.parentNode);
    else if (toSend()) finish();
    else show(asked && rest() || steps[steps.indexOf(last) + 1]);
    arm();
  }
  function previous() {
    show(current == last ? steps[steps.indexOf(last) - 1] : last);
  }
  function finish() {
    if (frozen) return;
    var none = isBlank();
    var left = missing().length;
    if (none || left && !asked) {
      asked = asked || !none;
      each(ask.querySelectorAll('[data-some]'), function (node) {
        node.textContent = none ? node.dataset.none : node.dataset.some.replace('{n}', left);
      });
      skip.hidden = none;
      show(ask);
    } else deliver();
  }

  // Sending. Frozen at the first try, so that every try says the same; received means: our receipt came back.
  var busy = false;
  var tries = 0;
  function deliver() {
    if (frozen) return;
    if (data.mode == 'trial' || !window.fetch) return plainly();
    frozen = chosen().concat([['f', fields.f.value], ['asked', 1], ['t', fields.t.value]]).map(function (pair) {
      return pair[0] + '=' + encodeURIComponent(pair[1]);
    }).join('&');
    freeze(true);
    form.classList.add('frozen');
    clearTimeout(idle);
    show(panel);
    attempt();
  }
  function plainly() {
    leaving = true;
    freeze(false);
    if (!fields.asked) hidden('asked', 1);
    HTMLFormElement.prototype.submit.call(form);
  }
  function say(what) {
    panel.className = 's on send ' + what;
    each(status.children, function (node) { node.hidden = !node.classList.contains(what); });
  }
  function attempt() {
    if (!frozen || busy || receipt) return;
    var mine = ++tries;
    var stop = window.AbortController && new AbortController();
    clearTimeout(timer);
    busy = true;
    say('sending');
    later(function () { if (mine == tries && busy) again.hidden = false; }, 4);
    var limit = later(function () {
      failed(mine, 'unsent');
      if (stop) stop.abort();
    }, 15);
    var options = {
      method: 'POST',
      body: frozen,
      headers: { Accept: 'application/json', 'Content-Type': 'application/x-www-form-urlencoded' },
      credentials: 'omit',
      cache: 'no-store'
    };
    if (stop) options.signal = stop.signal;
    var status = 0;
    fetch(address, options).then(function (reply) {
      status = reply.status;
      return reply.text();
    }).then(guard(function (text) {
      clearTimeout(limit);
      judge(mine, status, text);
    }), guard(function () {
      clearTimeout(limit);
      failed(mine, 'unsent');
    }));
  }
  function judge(mine, code, text) {
    var answer = null;
    try { answer = JSON.parse(text); } catch (error) {}
    // The page of a network's own sign-in answers 200 too: only an answer that knows of receipts is ours.
    var ours = !!answer && typeof answer == 'object' && 'receipt' in answer;
    var stored = ours && (code == 200 || code == 201);
    if (stored && /^[0-9A-HJKMNP-TV-Z]{12}$/.test(answer.receipt)) received(answer.receipt);
    else if (mine != tries || receipt) return;
    else if (ours && !stored && code != 429 && code < 500) {
      // The server will not take it as it is: it says why on a page, in the ordinary way.
      forget();
      plainly();
    } else failed(mine, ours && !stored || code > 499 ? 'unsent' : 'foreign');
  }
  function failed(mine, why) {
    if (mine != tries || !busy || receipt) return;
    busy = false;
    again.hidden = false;
    say(why);
    timer = later(attempt, Math.min(60, Math.pow(2, tries - 1)) * (0.75 + Math.random() / 2));
  }
  function received(text) {
    receipt = text;
    again.hidden = true;
    forget();
    if (data.wave) mark(true);
    if (data.keep) try { sessionStorage.setItem(key + 'r', text); } catch (error) {}
    say('received');
    // The step that catches the back key goes first, so that going back leaves the form and does not reopen it.
    if (armed) history.back();
    later(leave, armed ? 0.6 : 0);
  }
  function leave() {
    if (leaving) return;
    leaving = true;
    location.replace('/R/' + receipt + (address.slice(base.length)));
  }

  // The phone's back key goes to the question before, not out of the form.
  var armed = history.state === 1;
  function arm() {
    if (armed || !last || last == intro) return;
    history.pushState(1, '');
    armed = true;
  }

  // Reading aloud, by a voice that lives in the device: no text leaves it.
  var speech = window.speechSynthesis;
  var speaking = false;
  function voice() {
    return speech && window.SpeechSynthesisUtterance && [].filter.call(speech.getVoices(), function (one) {
      return one.localService && one.lang.slice(0, 2).toLowerCase() == language;
    })[0];
  }
  function offer() {
    var legend = current && current.querySelector('legend');
    if (legend && voice()) legend.parentNode.insertBefore(hear, legend.nextSibling);
    else if (hear.parentNode) hear.parentNode.removeChild(hear);
  }
  function hush() {
    if (speaking) speech.cancel();
    speaking = false;
    hear.textContent = data.hear;
  }
  function speak() {
    var was = speaking;
    hush();
    if (was) return;
    var texts = [current.querySelector('legend').lastChild.textContent];
    each(current.querySelectorAll('.o span'), function (node) { texts.push(node.textContent); });
    each(texts, function (text, i) {
      var words = new SpeechSynthesisUtterance(text);
      words.voice = voice();
      words.lang = words.voice.lang;
      words.rate = 0.9;
      if (i == texts.length - 1) words.onend = guard(function () { if (speaking) hush(); });
      speech.speak(words);
    });
    speaking = true;
    hear.textContent = data.hush;
  }

  // A device for many: a form that somebody left half-filled is put away, visibly.
  function wake() {
    clearTimeout(idle);
    away.hidden = true;
    idle = later(function () { if (last == intro && isBlank() || frozen) wake(); else fade(30); }, 120);
  }
  function fade(left) {
    if (left < 1) return restart();
    away.hidden = false;
    away.querySelector('b').textContent = left;
    idle = later(function () { fade(left - 1); }, 1);
  }
  function restart() {
    leaving = true;
    form.reset();
    location.replace(base);
  }

  // A time limit, where the teacher has set one.
  function begin() {
    if (!data.minutes || ends) return;
    ends = Date.now() + 60000 * data.minutes;
    tick();
  }
  function tick() {
    var left = Math.ceil((ends - Date.now()) / 60000);
    var text = left > 1 ? data.left.replace('{n}', left) : data.lastMinute;
    if (frozen) return;
    if (left < 1) {
      asked = true;
      clock.hidden = true;
      return finish();
    }
    clock.hidden = false;
    if (clock.textContent != text) clock.textContent = text;
    later(tick, 1);
  }

  function setUp() {
    steps = [].slice.call(form.querySelectorAll('.s'));
    state = kept();
    if (data.keep && !state && performance.navigation && performance.navigation.type == 2) returning();
    if (receipt) return;
    if (state && state.t != fields.t.value && !data.notice) {
      // A reload may bring the other form: then the server draws the one that was begun.
      if (state.f != fields.f.value) return redraw();
      fields.t.value = state.t;
      choose(state.a);
    }
    takeParts();
    listen();
    if (kiosk) wake();
    if (state && state.t == fields.t.value && !data.notice) {
      show(steps[state.n] || intro);
      if (state.s) { asked = true; deliver(); }
    } else if (!data.notice && !isBlank()) {
      begin();
      show(rest() || steps[steps.length - 1]);
    } else show(data.wave && mark() && !data.notice ? marker : intro);
  }
  // Back to a form that was received shows its receipt.
  function returning() {
    try { receipt = sessionStorage.getItem(key + 'r') || ''; } catch (error) {}
    if (receipt) leave();
  }
  function redraw() {
    form.textContent = '';
    each(state.a.concat([['t', state.t], ['f', state.f], ['switch', 1]]), function (pair) { hidden(pair[0], pair[1]); });
    HTMLFormElement.prototype.submit.call(form);
  }
  function takeParts() {
    bar = part('track', intro.nextSibling);
    clock = part('clock', bar.nextSibling);
    ask = part('ask', send);
    panel = part('send', send);
    status = panel.querySelector('[role]');
    again = panel.querySelector('.again');
    nav = part('nav', send);
    back = nav.firstElementChild;
    go = nav.lastElementChild;
    skip = ask.querySelector('.skip');
    hear = part('hear');
    away = part('away', send);
    marker = part('marker', intro);
    form.className = 'js';
  }
  function listen() {
    on(back, 'click', previous);
    on(go, 'click', next);
    on(hear, 'click', speak);
    on(ask.querySelector('.look'), 'click', function () { show(missing()[0]); });
    on(skip, 'click', deliver);
    on(marker.querySelector('button'), 'click', function () { show(intro); });
    on(again.firstElementChild, 'click', attempt);
    on(again.lastElementChild, 'click', plainly);
    on(form, 'submit', function (event) {
      if (leaving) return;
      event.preventDefault();
      if (data.notice && current == intro) finish();
      else if (nav.hidden) return;
      else next();
    });
    each(form.querySelectorAll('[formaction]'), function (button) {
      on(button, 'click', function () { leaving = !frozen; });
    });
    each(form.querySelectorAll('.note a'), function (link) {
      on(link, 'click', function (event) {
        event.preventDefault();
        show(document.getElementById(link.hash.slice(1)));
      });
    });
    on(form, 'change', function (event) {
      var box = event.target;
      if (box.type == 'checkbox' && box.checked) each(fields, function (other) {
        var alone = box.hasAttribute('data-alone') || other.hasAttribute('data-alone');
        if (other != box && other.name == box.name && alone) other.checked = false;
      });
      keep();
    });
    on(window, 'popstate', function () {
      armed = false;
      if (receipt) leave();
      else if (frozen) arm();
      else if (last && last != intro) { previous(); arm(); }
    });
    on(window, 'online', attempt);
    on(document, 'visibilitychange', function () { if (!document.hidden) attempt(); });
    // Only while somebody may think that it is already sent: leaving before that is everybody's own choice.
    on(window, 'beforeunload', function (event) {
      if (!frozen || receipt || leaving) return;
      event.preventDefault();
      event.returnValue = '';
    });
    on(window, 'pagehide', function () {
      hush();
      if (shared) each(fields, function (field) { field.checked = false; });
    });
    on(window, 'pageshow', function (event) {
      leaving = false;
      if (!event.persisted) return;
      if (receipt) { leaving = false; leave(); } else if (shared) location.replace(base);
    });
    if (speech && speech.addEventListener) on(speech, 'voiceschanged', offer);
    if (kiosk) each(['click', 'keydown', 'scroll', 'touchstart'], function (type) { on(document, type, wake); });
  }
  guard(setUp)();
}

if (document.readyState == 'loading') document.addEventListener('DOMContentLoaded', start);
else start();
})();
