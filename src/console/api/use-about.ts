import { graphql } from './.generated/gql';
import { useData } from './use-data';

const ABOUT = graphql(`
  query About {
    about {
      version
      instanceName
    }
  }
`);

/** The server that the console is of; undefined until it has answered. */
export const useAbout = () => useData(ABOUT, {}).data?.about;
