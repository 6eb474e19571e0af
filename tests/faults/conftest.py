"""A hub against the simulated network, as in the stories."""

from tests.stories.conftest import config_pad as config_pad
from tests.stories.conftest import proefnet as proefnet
from tests.stories.conftest import until as until
