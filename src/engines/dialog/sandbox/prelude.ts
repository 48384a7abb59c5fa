/**
 * JavaScript that prepares a fresh context and evaluates to the function that runs one script in it. Scripts are sloppy
 * function bodies (they use top-level `return` and undeclared variables) over the globals bots know (kore-exports.md
 * §6). There are no host functions at all: whatever a script overwrites, it only changes its own answer.
 */
export const PRELUDE = String.raw`(function (global) {
  'use strict';
  var parse = JSON.parse, stringify = JSON.stringify, compile = Function, RealDate = Date, apply = Reflect.apply;
  var printed = [];
  var clock = 0;

  function text(value) {
    if (typeof value === 'string') return value;
    if (value === undefined) return 'undefined';
    if (typeof value === 'object' && value !== null) return stringify(value);
    return String(value);
  }

  function seededRandom(seed) {
    var state = seed >>> 0;
    return function random() {
      state = (state + 0x6d2b79f5) >>> 0;
      var mixed = Math.imul(state ^ (state >>> 15), 1 | state);
      mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
    };
  }

  function fixedDate(now) {
    var dated = new Proxy(RealDate, {
      construct: function (target, args) { return args.length === 0 ? new RealDate(now) : new RealDate(...args); },
      apply: function () { return new RealDate(now).toString(); },
      get: function (target, key) { return key === 'now' ? function () { return now; } : target[key]; },
    });
    RealDate.prototype.constructor = dated;
    return dated;
  }

  function storeOf(name) {
    function store() {
      var context = global.context;
      if (typeof context !== 'object' || context === null) context = global.context = {};
      if (typeof context.session !== 'object' || context.session === null) context.session = {};
      if (typeof context.session[name] !== 'object' || context.session[name] === null) context.session[name] = {};
      return context.session[name];
    }
    // When a key expires, in milliseconds since the epoch.
    function ends(change) {
      var expiry = global.context.session.expiry;
      var ofStore = (typeof expiry === 'object' && expiry !== null && expiry[name]) || {};
      change(ofStore);
      if (Object.keys(ofStore).length > 0) global.context.session.expiry = Object.assign({}, expiry, { [name]: ofStore });
      else if (expiry) delete expiry[name];
    }
    return {
      get: function (key) {
        if (key === undefined) return store();
        var value = store()[key];
        if (value !== undefined) ends(function (at) { if (at[key] <= clock) { delete store()[key]; delete at[key]; value = undefined; } });
        return value;
      },
      put: function (key, value, minutes) {
        store()[key] = value;
        ends(function (at) { if (Number(minutes) > 0) at[key] = clock + Number(minutes) * 60000; else delete at[key]; });
        return true;
      },
      delete: function (key) {
        var done = delete store()[key];
        ends(function (at) { delete at[key]; });
        return done;
      },
    };
  }

  function tagger() {
    var list = function () { return []; };
    return {
      addUserLevelTag: list, addSessionLevelTag: list, addMessageLevelTag: list,
      addTag: list, removeTag: list, getTags: list, add: list, remove: list,
    };
  }

  var quiet = function () {};
  global.print = function print(value) { printed.push(text(value)); };
  ['BotUserSession', 'UserSession', 'UserContext', 'BotContext', 'EnterpriseContext'].forEach(function (name) {
    global[name] = storeOf(name);
  });
  global.koreDebugger = { log: quiet, debug: quiet, info: quiet, warn: quiet, error: quiet };
  global.console = { log: quiet, debug: quiet, info: quiet, warn: quiet, error: quiet };
  global.tags = tagger();
  global.contextTags = tagger();
  global.koreUtil = {};
  Object.defineProperty(global.koreUtil, '_', { get: function () { return global.__lodash; }, enumerable: true });
  Object.defineProperty(global.koreUtil, 'moment', { get: function () { return global.__moment; }, enumerable: true });
  Object.defineProperty(global.koreUtil, 'momenttz', { get: function () { return global.__momenttz; }, enumerable: true });
  Object.defineProperty(global.koreUtil, 'hash', { get: function () { return global.__hash; }, enumerable: true });
  // What else bots call of it, as far as it means anything here.
  var util = global.koreUtil;
  util.getSessionId = function () { return storeOf('BotUserSession').get('conversationSessionId'); };
  util.closeConversationSession = function () { storeOf('opts').put('closeConversationSession', true); };
  util.autoTranslate = util.AutoTranslate = function (value) { return value; };
  util.ClearAuthProfiles = util.ClearAllAuthProfiles = quiet;
  global.getChoices = function () { var response = global.response; return response && response.choices ? response.choices : []; };
  util.getAmbiguousIntents = function () {
    var named = global.getChoices().filter(function (choice) { return typeof choice === 'string'; });
    return { intents: named.map(function (name) { return { intent: name, name: name, intentType: 'dialog' }; }) };
  };
  util.getCurrentOptions = function () { return {}; };

  return function run(scopeText, script, now, seed) {
    var scope = parse(scopeText);
    var before = stringify(scope.context);
    Object.keys(scope).forEach(function (key) { global[key] = scope[key]; });
    Math.random = seededRandom(seed);
    global.Date = fixedDate(now);
    clock = now;
    var returned = apply(compile(script), global, []);
    // Prompts either print their message or return it.
    if (printed.length === 0 && returned !== undefined && returned !== null) printed.push(text(returned));
    var after = stringify(global.context);
    var json = printed.filter(function (piece) { return /^\s*\{[\s\S]*\}\s*$/.test(piece); });
    var output = json.length > 0 ? json[json.length - 1] : printed.join('\n');
    return stringify([output, after === before ? null : after === undefined ? '{}' : after]);
  };
})(globalThis)`;
