import { describe, expect, it } from 'vitest';
import { batchCsv, batchJson, readBatchSuite } from '../../src/definition/batch-suite.js';

const CASES = [
  {
    input: 'Send 200 dollars to Leonardo',
    intent: 'Transfer Funds',
    entities: [
      { entityName: 'TransferAmount', entityValue: '200 USD' },
      { entityName: 'PayeeName', entityValue: 'Leonardo' },
    ],
    entityOrder: ['TransferAmount', 'PayeeName'],
  },
  { input: 'Repeat this, every "month"\nplease', intent: 'Setup Auto Pay', parentIntent: 'Transfer Funds' },
  { input: 'hi', intent: 'Greet' },
];

describe('a batch test suite', () => {
  it('is read from CSV as the platform writes it, an entity a row', () => {
    const csv = [
      'input,intent,parentIntent,entityName,entityValue,entityOrder',
      'Send 200 dollars to Leonardo, Transfer Funds,,TransferAmount,200 USD,,',
      ',,,PayeeName,Leonardo, TransferAmount>PayeeName',
      '"Repeat this, every ""month""\nplease", Setup Auto Pay, Transfer Funds,,,',
      'hi,Greet,,,,',
      '',
    ];
    expect(readBatchSuite(csv.join('\n'))).toEqual(CASES);
    expect(readBatchSuite(`\uFEFF${csv.join('\r\n')}`)).toHaveLength(3);
  });

  it('is read from JSON, with or without the list’s name', () => {
    expect(readBatchSuite(JSON.stringify({ testCases: CASES }))).toEqual(CASES);
    expect(readBatchSuite(JSON.stringify(CASES))).toEqual(CASES);
  });

  it('comes back as it was, in either form', () => {
    expect(readBatchSuite(batchJson(CASES))).toEqual(CASES);
    expect(readBatchSuite(batchCsv(CASES))).toEqual(CASES);
  });

  it('says what is wrong, and where', () => {
    expect(() => readBatchSuite('{"testCases": [{"input": "hi"}]}')).toThrow('Test case 1: it has no intent.');
    expect(() => readBatchSuite('{"testCases":')).toThrow('no JSON');
    expect(() => readBatchSuite('{}')).toThrow('no list "testCases"');
    expect(() => readBatchSuite('a,b\n1,2')).toThrow('columns input and intent');
    expect(() => readBatchSuite('input,intent\nhi,Greet\n"bye,Farewell\n')).toThrow(/no CSV: Quote Not Closed.*line 3/);
    expect(() => readBatchSuite('input,intent\n')).toThrow('no test cases');
    const long = JSON.stringify([{ input: 'x'.repeat(3_001), intent: 'y' }]);
    expect(() => readBatchSuite(long)).toThrow('Test case 1: an input has at most 3000 characters.');
    const many = JSON.stringify(Array.from({ length: 1_001 }, () => ({ input: 'x', intent: 'y' })));
    expect(() => readBatchSuite(many)).toThrow('at most 1000 test cases');
  });
});
