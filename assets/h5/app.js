// Everything here is a comfort: each page works without it.
(function () {
  'use strict';
  var all = function (selector, each) { Array.prototype.forEach.call(document.querySelectorAll(selector), each); };
  var make = function (tag, className, text) {
    var node = document.createElement(tag);
    node.className = className;
    if (text) node.textContent = text;
    return node;
  };

  // Reading mode: the same cookie the server sets, without leaving the page.
  all('[data-mode-switch]', function (form) {
    form.addEventListener('submit', function (event) {
      event.preventDefault();
      var mode = form.elements.mode.value;
      document.cookie = 'jx_mode=' + mode + '; Path=/h5; Max-Age=31536000; SameSite=Lax';
      document.documentElement.dataset.mode = mode;
      all('[data-mode-switch] button', function (button) {
        button.value = mode === 'care' ? 'normal' : 'care';
        button.textContent = button.dataset[mode];
      });
    });
  });

  // A question before something is taken away.
  var dialog = document.getElementById('confirm');
  var confirmed = null;
  all('form[data-confirm]', function (form) {
    form.addEventListener('submit', function (event) {
      if (confirmed === form) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      var button = form.querySelector('button');
      var go = function () { confirmed = form; button.click(); };
      if (!dialog || !dialog.showModal) {
        if (window.confirm(form.dataset.confirm)) go();
        return;
      }
      dialog.querySelector('p').textContent = form.dataset.confirm;
      dialog.onclick = function (tap) {
        if (tap.target !== dialog && tap.target.tagName !== 'BUTTON') return;
        dialog.close();
        if (tap.target.value === 'yes') go();
      };
      dialog.showModal();
    });
  });

  // What was typed, on request; sent in and kept by browsers as what it is.
  all('[data-reveal]', function (button) {
    var fields = button.form.querySelectorAll('input[type="password"]');
    var show = function (plain) {
      Array.prototype.forEach.call(fields, function (field) { field.type = plain ? 'text' : 'password'; });
      button.textContent = plain ? button.dataset.hide : button.dataset.reveal;
    };
    button.hidden = false;
    button.addEventListener('click', function () { show(fields[0].type === 'password'); });
    button.form.addEventListener('submit', function () { show(false); });
    window.addEventListener('pageshow', function () { show(false); });
  });

  // One tap, one POST. A tick later, because a disabled button would not send its value.
  all('form[method="post"]:not([data-mode-switch])', function (form) {
    form.addEventListener('submit', function () {
      form.setAttribute('aria-busy', 'true');
      setTimeout(function () {
        Array.prototype.forEach.call(form.querySelectorAll('button'), function (button) { button.disabled = true; });
      }, 0);
    });
  });
  window.addEventListener('pageshow', function (event) {
    if (!event.persisted) return;
    confirmed = null;
    all('form[aria-busy]', function (form) { form.removeAttribute('aria-busy'); });
    all('button:disabled', function (button) { button.disabled = false; });
  });

  // Type-ahead: fills the list the server would have filled.
  all('form[data-suggest]', function (form) {
    var list = document.getElementById(form.dataset.into);
    var status = document.getElementById(form.dataset.status);
    var followed = form.dataset.followed.split(' ');
    var region = form.elements.region;
    var input = form.elements.q;
    var timer = 0;
    var latest = 0;
    var composing = false;

    function cell(unit) {
      var item = make('li', 'cell');
      var main = item.appendChild(make('div', 'cell-main'));
      main.appendChild(make('p', 'cell-name', unit.name));
      if (unit.parent) main.appendChild(make('p', 'muted small', '上级院：' + unit.parent));
      if (followed.indexOf(unit.id) >= 0) {
        item.appendChild(make('span', 'pill ok', '已关注'));
      } else {
        var button = item.appendChild(make('button', 'small-button primary', '关注'));
        button.name = 'unit';
        button.value = unit.id;
        button.setAttribute('aria-label', '关注' + unit.name);
      }
      return item;
    }
    function show(text, units) {
      status.textContent = text;
      list.textContent = '';
      units.forEach(function (unit) { list.appendChild(cell(unit)); });
    }
    function ask() {
      var mine = ++latest;
      var typed = input.value.trim();
      if (!typed && !region.value) return show('', []);
      fetch(form.dataset.suggest + '?region=' + encodeURIComponent(region.value) + '&q=' + encodeURIComponent(typed))
        .then(function (answer) { return answer.ok ? answer.json() : Promise.reject(); })
        .then(function (units) {
          if (mine !== latest) return;
          show(units.length ? '找到' + units.length + '个检察院，请点“关注”。'
            : '没有找到这个检察院。请换一个更短的名称，或者把地区改为“全国”。', units);
        })
        .catch(function () { if (mine === latest) show('网络不通畅，请稍后点“查找”。', []); });
    }
    function soon() { if (!composing) { clearTimeout(timer); timer = setTimeout(ask, 250); } }

    // Half-typed pinyin is not a question.
    input.addEventListener('compositionstart', function () { composing = true; });
    input.addEventListener('compositionend', function () { composing = false; soon(); });
    input.addEventListener('input', soon);
    region.addEventListener('change', ask);
  });

  // 地区 and 检察院 in a form: names are offered while typing, and a tap takes one.
  all('[data-unit]', function (box) {
    var region = box.querySelector('select');
    var input = box.querySelector('input[type="text"]');
    var id = box.querySelector('[data-unit-id]');
    var list = box.querySelector('[data-unit-list]');
    var found = box.querySelector('[data-unit-found]');
    var timer = 0;
    var latest = 0;
    function take(unit) {
      input.value = unit.name;
      id.value = unit.id;
      list.textContent = '';
      found.textContent = '已选择' + unit.name + '。';
      input.dispatchEvent(new Event('change', { bubbles: true }));
      input.focus();
    }
    function ask() {
      var mine = ++latest;
      fetch(box.dataset.unit + '?region=' + encodeURIComponent(region.value) + '&q=' + encodeURIComponent(input.value.trim()))
        .then(function (answer) { return answer.ok ? answer.json() : Promise.reject(); })
        .then(function (units) {
          if (mine !== latest) return;
          list.textContent = '';
          found.textContent = units.length ? '找到' + units.length + '个检察院，请点选一个。' : '没有找到这个检察院。请换一个更短的名称，或者把地区改为“全国”。';
          units.forEach(function (unit) {
            var button = list.appendChild(make('button', '', unit.name));
            button.type = 'button';
            if (unit.parent) button.appendChild(make('span', 'muted small', ' 上级院：' + unit.parent));
            button.addEventListener('click', function () { take(unit); });
          });
        })
        .catch(function () { if (mine === latest) found.textContent = '网络不通畅，您可以输入完整的名称后提交。'; });
    }
    function soon(event) {
      if (event && event.isComposing) return;
      id.value = '';
      clearTimeout(timer);
      if (input.value.trim()) timer = setTimeout(ask, 250);
      else { list.textContent = ''; found.textContent = ''; }
    }
    input.addEventListener('input', soon);
    input.addEventListener('compositionend', function () { soon(); });
    region.addEventListener('change', function () { id.value = ''; ask(); });
  });

  // A way to empty a line.
  all('form[data-draft] .field > input[type="text"], form[data-draft] .field > input[type="tel"], form[data-draft] .field > input[type="email"]', function (input) {
    var box = input.parentNode.insertBefore(make('span', 'clear'), input);
    box.appendChild(input);
    var button = box.appendChild(make('button', '', '×'));
    var show = function () { button.hidden = !input.value; };
    button.type = 'button';
    button.setAttribute('aria-label', '清空' + box.parentNode.querySelector('label').textContent);
    button.addEventListener('click', function () {
      input.value = '';
      show();
      input.dispatchEvent(new Event('input', { bubbles: true }));
      input.focus();
    });
    input.addEventListener('input', show);
    show();
  });

  // Files: made small here and sent one at a time; the form itself only carries their numbers.
  all('[data-files]', function (box) {
    var form = box.closest('form');
    var list = box.querySelector('[data-file-list]');
    var add = box.querySelector('[data-file-add]');
    var input = add.querySelector('input');
    var button = add.querySelector('[data-upload]');
    var state = box.querySelector('[data-file-state]');
    var waiting = [];
    var busy = false;
    var changed = function () {
      add.hidden = list.children.length >= Number(box.dataset.most);
      form.dispatchEvent(new Event('change', { bubbles: true }));
    };
    function show(file) {
      var item = list.appendChild(make('li', ''));
      var link = item.appendChild(make('a', ''));
      link.href = file.href;
      var picture = link.appendChild(make('img', ''));
      picture.src = file.picture;
      picture.alt = '';
      picture.width = picture.height = 64;
      link.appendChild(make('span', '', file.name));
      link.appendChild(make('span', 'muted small', file.kind));
      var number = item.appendChild(make('input', ''));
      number.type = 'hidden';
      number.name = 'file_' + box.dataset.files;
      number.value = file.id;
      var remove = item.appendChild(make('button', 'small-button', '删除'));
      remove.type = 'submit';
      remove.formAction = file.remove;
      remove.dataset.remove = '';
      remove.setAttribute('aria-label', '删除' + file.name);
    }
    // At most 2000 pixels; what cannot be drawn here is sent as it is, and the answer says what to do.
    function small(file, done) {
      if (!/^image\//.test(file.type) && !/\.hei[cf]$/i.test(file.name)) return done(file);
      var reader = new FileReader();
      var picture = new Image();
      reader.onerror = picture.onerror = function () { done(file); };
      reader.onload = function () { picture.src = reader.result; };
      picture.onload = function () {
        var scale = Math.min(1, 2000 / Math.max(picture.naturalWidth, picture.naturalHeight));
        if (scale === 1 && file.size < 1e6 && /jpeg|png/.test(file.type)) return done(file);
        var canvas = document.createElement('canvas');
        canvas.width = Math.max(1, Math.round(picture.naturalWidth * scale));
        canvas.height = Math.max(1, Math.round(picture.naturalHeight * scale));
        var pen = canvas.getContext('2d');
        pen.fillStyle = '#fff';
        pen.fillRect(0, 0, canvas.width, canvas.height);
        pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
        canvas.toBlob(function (blob) { done(blob || file); }, 'image/jpeg', 0.85);
      };
      reader.readAsDataURL(file);
    }
    function send(file, blob) {
      var body = new FormData();
      body.append('csrf', form.elements.csrf.value);
      body.append('upload_' + box.dataset.files, blob, file.name);
      var request = new XMLHttpRequest();
      request.open('POST', box.dataset.to);
      request.setRequestHeader('Accept', 'application/json');
      request.upload.onprogress = function (event) {
        if (event.lengthComputable) state.textContent = '正在上传，已完成' + Math.round(100 * event.loaded / event.total) + '%。';
      };
      request.onerror = function () { fail(file, '网络不通畅，文件没有上传。'); };
      request.onload = function () {
        var answer = {};
        try { answer = JSON.parse(request.responseText); } catch (none) { /* a page, not an answer */ }
        if (request.status === 200) {
          show(answer);
          state.textContent = '已上传。';
          changed();
          next();
        } else fail(file, answer.error || '文件没有上传，请稍后再试。', request.status === 422);
      };
      request.send(body);
    }
    function fail(file, words, forGood) {
      busy = false;
      waiting = [];
      state.textContent = words;
      if (forGood) return;
      var again = state.appendChild(make('button', 'small-button', '再试一次'));
      again.type = 'button';
      again.addEventListener('click', function () { waiting = [file]; next(); });
    }
    function next() {
      var file = waiting.shift();
      busy = Boolean(file);
      if (!file) return;
      state.textContent = '正在准备文件。';
      small(file, function (blob) { send(file, blob); });
    }
    button.hidden = true;
    input.addEventListener('change', function (event) {
      event.stopPropagation();
      waiting = waiting.concat(Array.prototype.slice.call(input.files));
      input.value = '';
      if (!busy) next();
    });
    list.addEventListener('click', function (event) {
      var remove = event.target.closest('[data-remove]');
      if (!remove) return;
      event.preventDefault();
      fetch(remove.formAction, { method: 'POST', headers: { Accept: 'application/json' }, body: new URLSearchParams({ csrf: form.elements.csrf.value }) })
        .then(function (answer) { return answer.ok ? answer : Promise.reject(); })
        .then(function () {
          remove.parentNode.remove();
          state.textContent = '已删除。';
          changed();
          input.focus();
        })
        .catch(function () { state.textContent = '网络不通畅，文件没有删除。'; });
    });
    form.addEventListener('submit', function (event) {
      if (!busy) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      state.textContent = '文件正在上传，请等上传完成以后再提交。';
      state.scrollIntoView({ block: 'center' });
    }, true);
  });

  // Another picture code, without losing what was typed.
  all('[data-captcha]', function (box) {
    var link = box.querySelector('a');
    var audio = box.querySelector('audio');
    var input = box.querySelector('input');
    var token = box.querySelector('input[type="hidden"]');
    link.addEventListener('click', function (event) {
      event.preventDefault();
      var body = new URLSearchParams();
      body.append('csrf', input.form.elements.csrf.value);
      fetch(box.dataset.captcha, { method: 'POST', body: body, credentials: 'same-origin' })
        .then(function (answer) { return answer.ok ? answer.text() : Promise.reject(); })
        .then(function (fresh) {
          token.value = fresh;
          box.querySelector('img').src = box.dataset.captcha + '/' + fresh;
          audio.src = box.dataset.captcha + '/' + fresh + '/sound';
          input.value = '';
          input.focus();
        })
        .catch(function () { location.reload(); });
    });
  });

  // What is being typed is kept, so that closing the page loses nothing.
  all('form[data-draft]', function (form) {
    var state = form.querySelector('[data-draft-state]');
    var timer = 0;
    var sent = '';
    var body = function () {
      var typed = new URLSearchParams();
      new FormData(form).forEach(function (value, name) { if (typeof value === 'string') typed.append(name, value); });
      return typed;
    };
    sent = String(body());
    function keep(last) {
      var now = body();
      if (String(now) === sent) return;
      sent = String(now);
      if (last && navigator.sendBeacon) { navigator.sendBeacon(form.dataset.draft, now); return; }
      fetch(form.dataset.draft, { method: 'POST', body: now, credentials: 'same-origin' }).then(function (answer) {
        if (!state || !answer.ok) return;
        state.hidden = false;
        state.textContent = '草稿已保存。';
      }).catch(function () { sent = ''; });
    }
    var going = false;
    form.addEventListener('input', function () { clearTimeout(timer); timer = setTimeout(keep, 1500); });
    form.addEventListener('change', function () { clearTimeout(timer); timer = setTimeout(keep, 300); });
    form.addEventListener('submit', function () { going = true; clearTimeout(timer); });
    window.addEventListener('pagehide', function () { if (!going) keep(true); });
  });

  // After a form came back the first thing to see is what is wrong.
  var first = document.querySelector('#live [role="alert"], #live .notice.bad');
  if (first && first.focus) first.focus();

  // Coming back to a list lands where it was left.
  if (document.querySelector('.rows')) {
    var key = 'scroll ' + location.pathname + location.search;
    var entry = performance.getEntriesByType && performance.getEntriesByType('navigation')[0];
    try {
      if (entry && entry.type === 'back_forward') window.scrollTo(0, Number(sessionStorage.getItem(key)) || 0);
      window.addEventListener('pagehide', function () { sessionStorage.setItem(key, String(window.scrollY)); });
    } catch (refused) { /* storage may be switched off */ }
  }
})();
