import { call, entity, exportOf, message, script } from '../../engines/dialog/bot-builder.js';

/** A hotel's bot: a stay is booked by a question and a script, and cancelling one fails. */
export const hotelBot = (welcome: string) =>
  exportOf(
    {
      hello: { welcome: message(welcome) },
      'book a stay': {
        nights: entity('number', 'How many nights?', 'price'),
        price: {
          ...script('context.price = context.entities.nights * 140;', [
            [{ context: 'context.price', op: 'gt', value: '1000' }, 'long'],
            [null, 'confirm'],
          ]),
          name: 'Price of the stay',
        },
        long: { ...message('For stays of more than a week, the desk calls you back.'), name: 'Long stay' },
        confirm: { ...message('That is {{context.price}} euros. See you soon!'), name: 'Confirmation' },
      },
      breakfast: { hours: message('Breakfast is served from 7 to 10:30.') },
      'cancel a stay': { find: { ...call('find booking', 'end'), name: 'Find the booking' } },
      'find booking': {
        lookup: { ...script('const all = context.bookings;\nreturn all[0].id;'), name: 'Look up' },
      },
    },
    {
      localeData: { en: { name: 'Hotel Bellevue' } },
      channels: [{ displayName: 'Lobby screens', type: 'ivr', isAsync: false, enable: true, enablePolling: true }],
    },
  );
